"""The same actions over HTTP, for programs: ``/api/v1/``, described by ``/api/v1/openapi.json`` and docs/api.md."""
