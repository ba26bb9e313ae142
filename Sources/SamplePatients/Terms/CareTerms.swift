/// SNOMED CT and LOINC terms for encounters, procedures, plans, goals and documents.
enum CareTerms {
    static let encounters: [(term: Term, classCode: String)] = [
        (Term("162673000", "General examination of patient (procedure)"), "AMB"),
        (Term("185349003", "Encounter for check up (procedure)"), "AMB"),
        (Term("185349003", "Check-up"), "AMB"),
        (Term("185345009", "Encounter for symptom"), "AMB"),
        (Term("185345009", "Encounter for symptom (procedure)"), "AMB"),
        (Term("185347001", "Encounter for problem"), "AMB"),
        (Term("185347001", "Encounter for problem (procedure)"), "AMB"),
        (Term("390906007", "Follow-up encounter"), "AMB"),
        (Term("390906007", "Follow-up encounter (procedure)"), "AMB"),
        (Term("308335008", "Patient encounter procedure"), "AMB"),
        (Term("308335008", "Patient encounter procedure (procedure)"), "AMB"),
        (Term("410620009", "Well child visit (procedure)"), "AMB"),
        (Term("439740005", "Postoperative follow-up visit (procedure)"), "AMB"),
        (Term("424441002", "Prenatal initial visit"), "AMB"),
        (Term("424619006", "Prenatal visit"), "AMB"),
        (Term("185317003", "Telephone encounter (procedure)"), "VR"),
        (Term("439708006", "Home visit (procedure)"), "HH"),
        (Term("50849002", "Emergency room admission (procedure)"), "EMER"),
        (Term("50849002", "Emergency Room Admission"), "EMER"),
        (Term("32485007", "Hospital admission (procedure)"), "IMP"),
        (Term("183452005", "Emergency hospital admission (procedure)"), "IMP"),
        (Term("305351004", "Admission to intensive care unit (procedure)"), "IMP"),
        (Term("305408004", "Admission to surgical department"), "IMP"),
        (Term("449411000124106", "Admission to skilled nursing facility (procedure)"), "IMP"),
        (Term("702927004", "Urgent care clinic (environment)"), "AMB"),
        (Term("1505002", "Hospital admission for isolation (procedure)"), "IMP"),
    ]

    static let procedures: [Term] = [
        Term("430193006", "Medication Reconciliation (procedure)"),
        Term("428191000124101", "Documentation of current medications"),
        Term("710824005", "Assessment of health and social care needs (procedure)"),
        Term("710841007", "Assessment of anxiety (procedure)"),
        Term("171207006", "Depression screening (procedure)"),
        Term(
            "454711000124102",
            "Depression screening using Patient Health Questionnaire Two-Item score"),
        Term("428211000124100", "Assessment of substance use (procedure)"),
        Term(
            "763302001",
            "Assessment using Alcohol Use Disorders Identification Test - Consumption"),
        Term("414283008", "Fall risk assessment (procedure)"),
        Term("399208008", "Plain chest X-ray (procedure)"),
        Term("399208008", "Plain chest X-ray"),
        Term("168594001", "Clavicle X-ray"),
        Term("74016001", "Knee X-ray"),
        Term("19490002", "Ankle X-ray"),
        Term("1225002", "Upper arm X-ray"),
        Term("274474001", "Bone immobilization"),
        Term("288086009", "Suture open wound"),
        Term("225358003", "Wound care management (procedure)"),
        Term("73761001", "Colonoscopy"),
        Term("76601001", "Intramuscular injection"),
        Term("117015009", "Throat culture (procedure)"),
        Term("269911007", "Sputum examination (procedure)"),
        Term("171231001", "Asthma screening"),
        Term("127783003", "Spirometry (procedure)"),
        Term("29303009", "Electrocardiographic procedure"),
        Term("40701008", "Echocardiography (procedure)"),
        Term("252160004", "Standard pregnancy test"),
        Term("90226004", "Cytopathology procedure, preparation of smear, genital source"),
        Term("31676001", "Human immunodeficiency virus antigen test"),
        Term("395142003", "Allergy screening test"),
        Term("180256009", "Subcutaneous immunotherapy"),
        Term("261352009", "Face mask (physical object)"),
        Term("371908008", "Oxygen administration by mask (procedure)"),
        Term("431182000", "Placing subject in prone position (procedure)"),
        Term("112790001", "Nasal sinus endoscopy (procedure)"),
        Term("80146002", "Appendectomy"),
        Term("265764009", "Renal dialysis (procedure)"),
        Term("703423002", "Combined chemotherapy and radiation therapy (procedure)"),
        Term("34068001", "Heart valve replacement"),
        Term("415070008", "Percutaneous coronary intervention"),
        Term("23426006", "Measurement of respiratory function (procedure)"),
        Term("268425006", "Pelvis X-ray"),
        Term("312681000", "Bone density scan (procedure)"),
        Term("56876005", "Drug rehabilitation and detoxification"),
        Term(
            "104091002",
            "Hemogram, automated, with red blood cells, white blood cells, hemoglobin"),
        Term("433112001", "Percutaneous mechanical thrombectomy of portal vein"),
        Term("225158009", "Auscultation of the fetal heart"),
        Term("275833003", "Alpha-fetoprotein test"),
        Term("311791003", "Information gathering (procedure)"),
        Term("243085009", "Oral health education (procedure)"),
    ]

    /// Plan title and the activities that belong to it.
    static let plans: [(term: Term, activities: [Term])] = [
        (
            Term("698360004", "Diabetes self management plan"),
            [
                Term("160670007", "Diabetic diet"),
                Term("229065009", "Exercise therapy"),
                Term("308113006", "Self-monitoring of blood glucose (procedure)"),
                Term("401191002", "Diabetic foot examination (regime/therapy)"),
            ]
        ),
        (
            Term("443402002", "Lifestyle education regarding hypertension"),
            [
                Term("386463000", "Prescribed activity/exercise education"),
                Term("413473000", "Counseling about alcohol consumption"),
                Term("1151000175103", "Dietary approaches to stop hypertension diet"),
                Term("225323000", "Smoking cessation education"),
            ]
        ),
        (
            Term("734163000", "Care plan (record artifact)"),
            [
                Term("385763009", "Hospice care (regime/therapy)"),
                Term("226234005", "Healthy diet"),
                Term("281036007", "Follow-up consultation (procedure)"),
            ]
        ),
        (
            Term("412776001", "Chronic obstructive pulmonary disease clinical management plan"),
            [
                Term("15081005", "Pulmonary rehabilitation (regime/therapy)"),
                Term("409002", "Food allergy diet"),
                Term("304510005", "Recommendation to avoid exercise"),
            ]
        ),
        (
            Term("53950000", "Respiratory therapy"),
            [
                Term("304510005", "Recommendation to avoid exercise"),
                Term("371605008", "Deep breathing and coughing exercises"),
            ]
        ),
        (
            Term("385691007", "Fracture care"),
            [
                Term("183051005", "Recommendation to rest"),
                Term("408580007", "Physical activity target light exercise"),
            ]
        ),
        (
            Term("225358003", "Wound care"),
            [
                Term("385949008", "Dressing change management"),
                Term("439830001", "Behavior to prevent infection"),
                Term("225134008", "Repositioning (procedure)"),
            ]
        ),
        (
            Term("326051000000105", "Self care"),
            [
                Term("58332002", "Allergy education"),
                Term("183301007", "Physical exercises (regime/therapy)"),
            ]
        ),
        (
            Term("737471002", "Heart failure self management plan (record artifact)"),
            [
                Term("182922004", "Dietary regime (regime/therapy)"),
                Term("307818003", "Weight monitoring (regime/therapy)"),
                Term("226208002", "Low salt diet (finding)"),
            ]
        ),
        (
            Term("47387005", "Head injury rehabilitation"),
            [
                Term("183051005", "Recommendation to rest"),
                Term("226138001", "Recommendation to change diet"),
            ]
        ),
    ]

    /// Goal text with the measure it is judged by, the comparison and the limit.
    static let goals: [(text: String, measure: Measure, isUpper: Bool, limit: Int)] = [
        ("HbA1c below 7.0 %", LaboratoryTerms.single[0], true, 70),
        ("Systolic blood pressure below 140 mm[Hg]", MeasureTerms.systolic, true, 140),
        ("Diastolic blood pressure below 90 mm[Hg]", MeasureTerms.diastolic, true, 90),
        ("Reach and keep a weight of 78.0 kg", MeasureTerms.weight, true, 780),
        ("Body mass index below 27.50 kg/m2", MeasureTerms.bodyMass, true, 2750),
        ("Oxygen saturation of at least 92.0 %", MeasureTerms.saturation, false, 920),
        ("Pain no worse than 3 out of 10 at rest", MeasureTerms.pain, true, 3),
        ("Total cholesterol below 200.00 mg/dL", LaboratoryTerms.lipids[0], true, 20_000),
        ("No fall in the next three months", MeasureTerms.scores[6], true, 45),
        ("Skin intact, Braden score of 18 or more", MeasureTerms.scores[7], false, 18),
    ]

    static let notes: [Term] = [
        Term("34117-2", "History and physical note"),
        Term("11506-3", "Progress note"),
        Term("18842-5", "Discharge summary"),
        Term("34133-9", "Summarization of Episode Note"),
        Term("51847-2", "Evaluation + Plan note"),
        Term("34746-8", "Nurse Note"),
    ]

    static let specialties: [Term] = [
        Term("208D00000X", "General Practice"),
        Term("207Q00000X", "Family Medicine"),
        Term("207R00000X", "Internal Medicine"),
        Term("163W00000X", "Registered Nurse"),
        Term("363LF0000X", "Nurse Practitioner"),
        Term("183500000X", "Pharmacist"),
        Term("225100000X", "Physical Therapist"),
        Term("207RC0000X", "Cardiovascular Disease"),
    ]

    static let bodySites: [(site: Term, procedure: Term)] = [
        (
            Term("51185008", "Thoracic structure (body structure)"),
            Term("399208008", "Plain chest X-ray")
        ),
        (Term("72696002", "Knee"), Term("74016001", "Knee X-ray")),
        (Term("8205005", "Wrist"), Term("60027007", "Wrist X-ray")),
        (Term("344001", "Ankle"), Term("19490002", "Ankle X-ray")),
        (Term("40983000", "Arm"), Term("1225002", "Upper arm X-ray")),
    ]

    static let devices: [Term] = [
        Term("706689003", "Continuous positive airway pressure device"),
        Term("72506001", "Implantable defibrillator, device (physical object)"),
        Term("58938008", "Wheelchair device (physical object)"),
        Term("37299003", "Glucose monitor, device (physical object)"),
        Term("705417005", "Wearable oximeter (physical object)"),
    ]

    static let supplies: [Term] = [
        Term("469673003", "Isolation gown, single-use"),
        Term("409534002", "Disposable air-purifying respirator (physical object)"),
        Term("713779008", "Nitrile examination/treatment glove, non-powdered, sterile"),
        Term("706724001", "Face shield (physical object)"),
        Term("463659001", "Wound dressing (physical object)"),
        Term("337388004", "Blood glucose testing strips (physical object)"),
    ]

    static let insurers = [
        "Northfield Mutual", "Cedar Health", "National scheme", "Medicare", "private",
    ]
}
