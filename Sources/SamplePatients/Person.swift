/// Who a sample patient is: the same at every site for one seed and index.
struct Person: Sendable {
    var given: [String]
    var family: String
    var prefix: String
    var isFemale: Bool
    var birth: CalendarTime
    var nhsNumber: String
    var phone: String
    var houseAndStreet: String
    var town: (town: String, district: String, outward: String)
    var postcode: String
    var language: Term
    var contactName: (given: String, family: String)
    var contactPhone: String

    /// The invented person number `index` of the population `seed`.
    init(seed: UInt64, index: Int) {
        var generator = SeededGenerator(parts: [seed, 0, UInt64(bitPattern: Int64(index))])
        isFemale = generator.chance(52)
        let names = isFemale ? NameLists.female : NameLists.male
        given = generator.sample(names, count: generator.chance(60) ? 1 : 2)
        family = generator.pick(NameLists.families)
        prefix = isFemale ? generator.pick(["Mrs.", "Ms.", "Miss"]) : "Mr."
        let age = generator.chance(15) ? generator.within(4...17) : generator.within(18...96)
        birth = CalendarTime.now.adding(days: -365 * age - generator.within(1...364))
        nhsNumber = Self.testNumber(seed: seed, index: index)
        phone = "01632 960\(generator.digits(3))"
        houseAndStreet = "\(generator.within(1...180)) \(generator.pick(NameLists.streets))"
        town = generator.pick(NameLists.towns)
        postcode = "\(town.outward) \(generator.below(10))ZZ"
        language =
            generator.chance(80) ? NameLists.languages[0] : generator.pick(NameLists.languages)
        contactName = (
            generator.pick(NameLists.female + NameLists.male),
            generator.chance(70) ? family : generator.pick(NameLists.families)
        )
        contactPhone = "07700 900\(generator.digits(3))"
    }

    /// Given names and family name, without prefix.
    var displayName: String {
        (given + [family]).joined(separator: " ")
    }

    /// A number of the test range 999: different for the first million indices of one seed. Its
    /// last digit is the modulus 11 check digit, or 0 where that would be 10 (never a real number).
    private static func testNumber(seed: UInt64, index: Int) -> String {
        let serial = (UInt64(bitPattern: Int64(index)) &* 387_420_489 &+ seed % 1_000_000)
        let payload = String(serial % 1_000_000)
        let digits = "999" + String(repeating: "0", count: 6 - payload.count) + payload
        var sum = 0
        for (offset, digit) in digits.utf8.enumerated() {
            sum += Int(digit - UInt8(ascii: "0")) * (10 - offset)
        }
        return digits + String((11 - sum % 11) % 11 % 10)
    }
}
