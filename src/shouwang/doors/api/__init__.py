"""
The HTTP interface: what a program can ask of the house, described by OpenAPI at `/api/v1/openapi.json`.

Three doors behind one address: what everybody may read, one matter by its tracking code, and the desk by an officer's key. Open311
stands beside it. See `docs/reference/http-interface.md`.
"""
