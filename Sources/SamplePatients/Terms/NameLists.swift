/// Ordinary names and places to combine; no real person is meant.
enum NameLists {
    static let female = [
        "Amelia", "Olivia", "Margaret", "Dorothy", "Priya", "Zainab", "Siân", "Aoife", "Grace",
        "Eleanor", "Joan", "Beatrice", "Chloe", "Fatima", "Ingrid", "Mei", "Rosa", "Hannah",
        "Patricia", "Susan", "Linda", "Maureen", "Agnieszka", "Nkechi", "Zoë", "Harriet",
    ]
    static let male = [
        "Arthur", "Oliver", "George", "Mohammed", "Rhys", "Declan", "Harold", "Ravi", "Thomas",
        "Kwame", "Stanley", "Leon", "Hugo", "Ernest", "Samuel", "Piotr", "Michael", "David",
        "Peter", "Dennis", "Callum", "Tariq", "Emeka", "Björn", "Albert", "Wei",
    ]
    static let families = [
        "Smith", "Jones", "Patel", "Williams", "Taylor", "O'Brien", "Evans", "Khan", "Walker",
        "Thompson", "Ahmed", "Hughes", "Okafor", "Novák", "Wright", "Robinson", "MacLeod", "Singh",
        "Bennett", "Cartwright", "Fletcher", "Hargreaves", "Iqbal", "Kowalski", "Lloyd", "Mensah",
        "Ó Súilleabháin", "Pritchard", "Quinn", "Ramsbottom", "Sutcliffe", "Turner", "Vaughan",
        "Whitaker", "Young", "Ashworth", "Barnes", "Clarke", "Dhillon", "Ellison",
    ]
    static let streets = [
        "Church Lane", "Station Road", "Mill Street", "Orchard Close", "Victoria Terrace",
        "Bridge Street", "Park Avenue", "Meadow View", "Canal Row", "High Street", "Elm Grove",
        "Harbour Walk", "Quarry Hill", "Queens Road", "Chapel Fold", "Beech Drive",
    ]
    /// Town, district and an invented postal district (no such outward code is in use).
    static let towns: [(town: String, district: String, outward: String)] = [
        ("Northwick", "Westmere", "ZZ1"), ("Haverby", "Westmere", "ZZ2"),
        ("Ashcombe", "Eastvale", "ZZ3"), ("Lowbridge", "Eastvale", "ZZ4"),
        ("Saltmarsh", "Southhaven", "ZZ5"), ("Millthorpe", "Southhaven", "ZZ6"),
    ]
    static let languages: [Term] = [
        Term("en-GB", "English (United Kingdom)"), Term("en-US", "English"), Term("es", "Spanish"),
        Term("cy", "Welsh"), Term("pl", "Polish"), Term("ur", "Urdu"), Term("zh", "Chinese"),
    ]
}
