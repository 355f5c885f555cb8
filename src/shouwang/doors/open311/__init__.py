"""
The Open311 door: GeoReport v2, so that any program that speaks it can bring something to the station and follow it.

What can be read without a code is what a published digest says anyway. See `docs/reference/open311.md`.
"""
