import CareRecord
import Logging
import RecordStore
import ServiceLifecycle

extension LocalNode {
    /// The FHIR door, if the configuration opens one.
    ///
    /// - Throws: `ConfigurationFailure` if its clients cannot be read: the node does not start with a
    ///   door that nobody may use, or that somebody else may.
    static func clientsDoor(
        _ configuration: NodeConfiguration, _ identity: NodeIdentity, _ store: SiteStore,
        logger: Logger
    ) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
        guard let address = configuration.fhirListen else { return [] }
        let service = FHIRService(
            store: store, clients: try FHIRClientsFile.read(path: configuration.fhirClientsFile),
            versionIDs: FHIRVersionIDs(
                secret: identity.pseudonymKey, replica: identity.replica),
            site: identity.replica.site, startedMilliseconds: WallTime.milliseconds(),
            logger: logger)
        var limits = FHIRListenerLimits()
        limits.door.bodyBytesMax = configuration.fhirBodyBytesMax
        let listener = FHIRListener(
            address: address, service: service, limits: limits, logger: logger,
            onListening: { port in
                logger.info("FHIR door listens", metadata: ["port": "\(port)"])
            })
        return [.init(service: listener)]
    }
}
