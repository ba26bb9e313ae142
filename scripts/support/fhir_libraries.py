"""fhirpy and fhirclient behind the same few verbs. Each verb is the library's own; what a library
has no verb for (histories, If-Match) goes through what it offers for such requests."""
import json

import fhirclient.client
import fhirclient.server
import fhirpy
import fhirpy.base.exceptions
import requests
from fhirclient.models import careplan, careteam, goal, patient


def etag(version):
    """The value of If-Match for a version id."""
    return f'W/"{version}"'


class Fhirpy:
    """`save` and `update` are PUT of the whole resource; If-Match is a header of a client."""

    library = "fhirpy"
    errors = fhirpy.base.exceptions.BaseFHIRError
    # fhirpy takes every 412 for the one that answers a conditional create.
    classes = {401: "AuthorizationError", 404: "ResourceNotFound", 410: "ResourceNotFound",
               412: "MultipleResourcesFound", 422: "OperationOutcome", 405: "OperationOutcome"}

    def __init__(self, base, registration, token=None):
        self.base, self.registration = base, registration
        self.authorization = f"Bearer {token or registration.token}"
        self.client = self.connected()

    def connected(self, **fields):
        return fhirpy.SyncFHIRClient(
            self.base, authorization=self.authorization, extra_headers=fields)

    def statement_version(self):
        return self.client.execute("metadata", method="get").fhirVersion

    def create(self, body):
        """A POST; returns the answer as JSON."""
        made = self.client.resource(body["resourceType"], **members(body))
        made.save()
        return made.serialize()

    def read(self, type_name, name):
        """The library's own object, whose members are attributes."""
        return self.client.reference(type_name, name).to_resource()

    def plain(self, resource):
        return resource.serialize()

    def update(self, resource, version=None):
        """A PUT, with If-Match if a version is named; returns the answer as JSON."""
        if version is None:
            resource.update()
            return resource.serialize()
        body = resource.serialize()
        guarded = self.connected(**{"If-Match": etag(version)})
        changed = guarded.resource(body["resourceType"], **members(body))
        changed.update()
        return changed.serialize()

    def delete(self, resource):
        resource.delete()

    def search(self, type_name):
        return self.client.resources(type_name).search(status="active").fetch()

    def history(self, type_name, name):
        """The bundle of `_history`, through the library's request for operations."""
        return self.client.execute(
            f"{type_name}/{name}/_history", method="get", params={"_count": 1000})

    @staticmethod
    def outcome(error):
        if isinstance(error, fhirpy.base.exceptions.OperationOutcome):
            return error.resource
        return json.loads(str(error))


class Fhirclient:
    """SMART's. `update` is PUT; token and If-Match are headers of its server's session."""

    library = "fhirclient"
    errors = (fhirclient.server.FHIRUnauthorizedException,
              fhirclient.server.FHIRNotFoundException, requests.HTTPError)
    classes = {401: "FHIRUnauthorizedException", 404: "FHIRNotFoundException", 410: "HTTPError",
               412: "HTTPError", 422: "HTTPError", 405: "HTTPError"}
    models = {"Patient": patient.Patient, "CarePlan": careplan.CarePlan, "Goal": goal.Goal,
              "CareTeam": careteam.CareTeam}

    def __init__(self, base, registration, token=None):
        self.registration = registration
        settings = {"app_id": "fhir-clients", "api_base": base}
        self.server = fhirclient.client.FHIRClient(settings=settings).server
        # Its own sign-in wants an OAuth2 server, which a token that was registered does not have.
        self.server.session.headers["Authorization"] = f"Bearer {token or registration.token}"

    def statement_version(self):
        return self.server.capabilityStatement.fhirVersion

    def create(self, body):
        return self.models[body["resourceType"]](body).create(self.server)

    def read(self, type_name, name):
        return self.models[type_name].read(name, self.server)

    def read_leniently(self, type_name, name):
        """`read` has no such choice: it raises for a required member that is absent."""
        return self.models[type_name](self.server.request_json(f"{type_name}/{name}"), False)

    def plain(self, resource):
        return resource.as_json()

    def update(self, resource, version=None):
        fields = self.server.session.headers
        if version is not None:
            fields["If-Match"] = etag(version)
        try:
            return resource.update(self.server)
        finally:
            fields.pop("If-Match", None)

    def delete(self, resource):
        resource.delete(self.server)

    def search(self, type_name):
        return self.models[type_name].where({"status": "active"}).perform(self.server)

    def history(self, type_name, name):
        """The bundle of `_history`, as JSON: the library has no verb for it."""
        return self.server.request_json(f"{type_name}/{name}/_history?_count=1000")

    @staticmethod
    def outcome(error):
        return error.response.json()


def members(body):
    """A resource without its type, which fhirpy takes apart from the rest."""
    return {name: value for name, value in body.items() if name != "resourceType"}
