/// Hand-written FHIR; every name and number is invented.
enum TestBundles {
    static func transaction(_ entries: [String]) -> String {
        #"{"resourceType":"Bundle","type":"transaction","entry":["#
            + entries.joined(separator: ",") + "]}"
    }

    static func collection(_ resources: [String]) -> String {
        #"{"resourceType":"Bundle","type":"collection","entry":["#
            + resources.map { #"{"resource":\#($0)}"# }.joined(separator: ",") + "]}"
    }

    static func post(_ resource: String, fullURL: String? = nil, type: String) -> String {
        let name = fullURL.map { #""fullUrl":"\#($0)","# } ?? ""
        return #"{\#(name)"resource":\#(resource),"request":{"method":"POST","url":"\#(type)"}}"#
    }

    static func put(_ resource: String, _ name: String) -> String {
        #"{"resource":\#(resource),"request":{"method":"PUT","url":"\#(name)"}}"#
    }

    static func delete(_ name: String) -> String {
        #"{"request":{"method":"DELETE","url":"\#(name)"}}"#
    }

    static func patient(_ id: String, family: String = "Testperson") -> String {
        #"{"resourceType":"Patient","id":"\#(id)","name":[{"family":"\#(family)","given":["Ada"]}]}"#
    }

    static func patientWithID(_ number: Int) -> String {
        #"{"resourceType":"Patient","id":"q\#(number)","name":[{"family":"Other\#(number)"}]}"#
    }

    static func observation(
        _ id: String, of patient: String, value: Int = 1, labels: [String] = []
    ) -> String {
        let codes = labels.map {
            #"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"\#($0)"}"#
        }.joined(separator: ",")
        let meta = labels.isEmpty ? "" : #""meta":{"security":[\#(codes)]},"#
        return #"{"resourceType":"Observation","id":"\#(id)",\#(meta)"status":"final","#
            + #""subject":{"reference":"\#(patient)"},"valueInteger":\#(value)}"#
    }

    static func organization(_ value: String, name: String, id: String? = nil) -> String {
        let own = id.map { #""id":"\#($0)","# } ?? ""
        return #"{"resourceType":"Organization",\#(own)"identifier":[{"system":"urn:test:org","#
            + #""value":"\#(value)"}],"name":"\#(name)"}"#
    }
}
