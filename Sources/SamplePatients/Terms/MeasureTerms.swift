/// LOINC terms of vital signs and laboratory panels.
enum MeasureTerms {
    static let height = Measure("8302-2", "Body Height", "cm", 1480...1950, places: 1)
    static let weight = Measure("29463-7", "Body Weight", "kg", 450...1200, places: 1)
    static let bodyMass = Measure("39156-5", "Body Mass Index", "kg/m2", 1800...3900, places: 2)
    static let heartRate = Measure("8867-4", "Heart rate", "/min", 52...108)
    static let breaths = Measure("9279-1", "Respiratory rate", "/min", 11...24)
    static let temperature = Measure("8310-5", "Body temperature", "Cel", 361...392, places: 1)
    static let oralTemperature = Measure(
        "8331-1", "Oral temperature", "Cel", 361...392, places: 1)
    static let saturation = Measure(
        "2708-6", "Oxygen saturation in Arterial blood", "%", 880...1000, places: 1)
    static let pulseOximetry = Measure(
        "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%", 90...100)
    static let systolic = Measure("8480-6", "Systolic Blood Pressure", "mm[Hg]", 96...176)
    static let diastolic = Measure("8462-4", "Diastolic Blood Pressure", "mm[Hg]", 56...104)
    static let pain = Measure(
        "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}",
        0...9)

    /// Vital signs with the last part of their base R4 profile.
    static let vitals: [(measure: Measure, profile: String)] = [
        (height, "bodyheight"), (weight, "bodyweight"), (bodyMass, "bmi"),
        (heartRate, "heartrate"), (breaths, "resprate"), (temperature, "bodytemp"),
        (oralTemperature, "bodytemp"), (saturation, "oxygensat"), (pulseOximetry, "oxygensat"),
    ]

    /// Scores of assessments; category survey.
    static let scores: [Measure] = [
        pain,
        Measure(
            "55758-7", "Patient Health Questionnaire 2 item (PHQ-2) total score [Reported]",
            "{score}", 0...6),
        Measure(
            "44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]",
            "{score}", 0...27),
        Measure(
            "70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]",
            "{score}", 0...21),
        Measure("75626-2", "Total score [AUDIT-C]", "{score}", 0...12),
        Measure("82667-7", "Total score [DAST-10]", "{score}", 0...10),
        Measure("59460-6", "Fall risk total [Morse Fall Scale]", "{score}", 0...100),
        Measure("38221-8", "Pressure ulcer risk total score Braden scale", "{score}", 9...23),
        Measure("72106-8", "Total score [MMSE]", "{score}", 10...30),
    ]
}

/// A laboratory panel: the report's code and what it measures.
struct LaboratoryPanel: Sendable {
    var term: Term
    var measures: [Measure]
}
