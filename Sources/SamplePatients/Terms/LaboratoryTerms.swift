/// LOINC terms of the laboratory, by panel, with ordinary ranges in conventional units.
enum LaboratoryTerms {
    static let panels: [LaboratoryPanel] = [
        LaboratoryPanel(
            term: Term("51990-0", "Basic Metabolic Panel"), measures: basicChemistry),
        LaboratoryPanel(
            term: Term("51990-0", "Basic metabolic panel - Blood"), measures: serumChemistry),
        LaboratoryPanel(
            term: Term("24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma"),
            measures: serumChemistry + liver),
        LaboratoryPanel(term: Term("57698-3", "Lipid Panel"), measures: lipids),
        LaboratoryPanel(
            term: Term("57698-3", "Lipid panel with direct LDL - Serum or Plasma"),
            measures: lipids),
        LaboratoryPanel(
            term: Term(
                "58410-2", "Complete blood count (hemogram) panel - Blood by Automated count"),
            measures: bloodCount),
        LaboratoryPanel(
            term: Term("69742-5", "CBC W Auto Differential panel - Blood"),
            measures: differential),
        LaboratoryPanel(
            term: Term("11502-2", "Laboratory report"), measures: inflammation),
    ]

    static let single: [Measure] = [
        Measure("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 50...98, places: 1),
        Measure("33914-3", "Estimated Glomerular Filtration Rate", "mL/min/{1.73_m2}", 30...99),
        Measure("14959-1", "Microalbumin Creatinine Ratio", "mg/g", 10...3000, places: 1),
        Measure(
            "3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "m[IU]/L", 2...80,
            places: 1),
        Measure(
            "2857-1", "Prostate specific Ag [Mass/volume] in Serum or Plasma", "ng/mL", 1...80,
            places: 1),
        Measure("20570-8", "Hematocrit [Volume Fraction] of Blood", "%", 330...520, places: 1),
        Measure("19926-5", "FEV1/FVC", "%", 55...88),
        Measure("33914-3", "Glomerular filtration rate/1.73 sq M.predicted", "mL/min", 30...99),
        Measure(
            "59576-9", "Body mass index (BMI) [Percentile] Per age and gender", "%", 50...990,
            places: 1),
        Measure(
            "6301-6", "INR in Platelet poor plasma by Coagulation assay", "{INR}", 9...38, places: 1
        ),
        Measure(
            "2132-9", "Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma", "pg/mL", 180...900
        ),
    ]

    static let basicChemistry: [Measure] = [
        Measure("2339-0", "Glucose", "mg/dL", 6500...12000, places: 2),
        Measure("6299-2", "Urea Nitrogen", "mg/dL", 700...2200, places: 2),
        Measure("38483-4", "Creatinine", "mg/dL", 60...380, places: 2),
        Measure("49765-1", "Calcium", "mg/dL", 850...1020, places: 2),
        Measure("2947-0", "Sodium", "mmol/L", 13600...14400, places: 2),
        Measure("6298-4", "Potassium", "mmol/L", 370...520, places: 2),
        Measure("2069-3", "Chloride", "mmol/L", 10100...11100, places: 2),
        Measure("20565-8", "Carbon Dioxide", "mmol/L", 2000...2900, places: 2),
    ]

    static let serumChemistry: [Measure] = [
        Measure(
            "2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", 650...1990, places: 1),
        Measure(
            "3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "mg/dL", 70...200, places: 1
        ),
        Measure(
            "2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 5...30, places: 1),
        Measure(
            "17861-6", "Calcium [Mass/volume] in Serum or Plasma", "mg/dL", 85...102, places: 1),
        Measure(
            "2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 1350...1450, places: 1),
        Measure(
            "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 36...52, places: 1),
        Measure(
            "2075-0", "Chloride [Moles/volume] in Serum or Plasma", "mmol/L", 1010...1110, places: 1
        ),
        Measure(
            "2028-9", "Carbon dioxide, total [Moles/volume] in Serum or Plasma", "mmol/L",
            200...290, places: 1),
    ]

    static let liver: [Measure] = [
        Measure("2885-2", "Protein [Mass/volume] in Serum or Plasma", "g/dL", 60...83, places: 1),
        Measure("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", 34...54, places: 1),
        Measure(
            "1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", 1...12, places: 1
        ),
        Measure(
            "6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma", "U/L",
            200...1400, places: 1),
        Measure(
            "1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
            "U/L", 70...560, places: 1),
        Measure(
            "1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
            "U/L", 100...400, places: 1),
    ]

    static let lipids: [Measure] = [
        Measure("2093-3", "Total Cholesterol", "mg/dL", 15000...24000, places: 2),
        Measure("2571-8", "Triglycerides", "mg/dL", 10000...22000, places: 2),
        Measure("18262-6", "Low Density Lipoprotein Cholesterol", "mg/dL", 6000...15000, places: 2),
        Measure("2085-9", "High Density Lipoprotein Cholesterol", "mg/dL", 3500...7900, places: 2),
    ]

    static let bloodCount: [Measure] = [
        Measure(
            "6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 350...1100,
            places: 2),
        Measure(
            "789-8", "Erythrocytes [#/volume] in Blood by Automated count", "10*6/uL", 390...570,
            places: 2),
        Measure("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 1200...1750, places: 2),
        Measure(
            "4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "%", 3500...4950,
            places: 2),
        Measure("787-2", "MCV [Entitic volume] by Automated count", "fL", 8000...9550, places: 2),
        Measure("785-6", "MCH [Entitic mass] by Automated count", "pg", 2700...3300, places: 2),
        Measure("786-4", "MCHC [Mass/volume] by Automated count", "g/dL", 3300...3600, places: 2),
        Measure(
            "21000-5", "Erythrocyte distribution width [Entitic volume] by Automated count", "fL",
            3900...4600, places: 2),
        Measure(
            "777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", 15000...45000,
            places: 2),
        Measure(
            "32207-3", "Platelet distribution width [Entitic volume] in Blood by Automated count",
            "fL", 15000...36000, places: 2),
        Measure(
            "32623-1", "Platelet mean volume [Entitic volume] in Blood by Automated count", "fL",
            940...1230, places: 2),
    ]

    static let differential: [Measure] = [
        Measure(
            "6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 35...110,
            places: 1),
        Measure(
            "789-8", "Erythrocytes [#/volume] in Blood by Automated count", "10*6/uL", 39...57,
            places: 1),
        Measure("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 120...175, places: 1),
        Measure(
            "788-0", "Erythrocyte distribution width [Ratio] by Automated count", "%", 115...146,
            places: 1),
        Measure(
            "770-8", "Neutrophils/100 leukocytes in Blood by Automated count", "%", 400...700,
            places: 1),
        Measure(
            "736-9", "Lymphocytes/100 leukocytes in Blood by Automated count", "%", 200...400,
            places: 1),
        Measure(
            "5905-5", "Monocytes/100 leukocytes in Blood by Automated count", "%", 20...80,
            places: 1),
        Measure(
            "713-8", "Eosinophils/100 leukocytes in Blood by Automated count", "%", 10...40,
            places: 1),
        Measure(
            "706-2", "Basophils/100 leukocytes in Blood by Automated count", "%", 5...10,
            places: 1),
        Measure(
            "751-8", "Neutrophils [#/volume] in Blood by Automated count", "10*3/uL", 20...70,
            places: 1),
        Measure(
            "731-0", "Lymphocytes [#/volume] in Blood by Automated count", "10*3/uL", 10...40,
            places: 1),
        Measure(
            "742-7", "Monocytes [#/volume] in Blood by Automated count", "10*3/uL", 2...9, places: 1
        ),
        Measure(
            "711-2", "Eosinophils [#/volume] in Blood by Automated count", "10*3/uL", 1...5,
            places: 1),
        Measure(
            "704-7", "Basophils [#/volume] in Blood by Automated count", "10*3/uL", 0...2, places: 1
        ),
    ]

    static let inflammation: [Measure] = [
        Measure(
            "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "mg/L", 5...900,
            places: 1),
        Measure(
            "2276-4", "Ferritin [Mass/volume] in Serum or Plasma", "ug/L", 200...9000, places: 1),
        Measure(
            "2157-6", "Creatine kinase [Enzymatic activity/volume] in Serum or Plasma", "U/L",
            300...4000, places: 1),
        Measure(
            "2532-0", "Lactate dehydrogenase [Enzymatic activity/volume] in Serum or Plasma", "U/L",
            1400...3500, places: 1),
        Measure(
            "48065-7", "Fibrin D-dimer FEU [Mass/volume] in Platelet poor plasma", "ug/mL", 1...40,
            places: 1),
        Measure("5902-2", "Prothrombin time (PT)", "s", 100...150, places: 1),
        Measure(
            "33959-8", "Procalcitonin [Mass/volume] in Serum or Plasma", "ng/mL", 1...20,
            places: 1),
        Measure(
            "89579-7",
            "Troponin I.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method",
            "pg/mL", 10...300, places: 1),
    ]
}
