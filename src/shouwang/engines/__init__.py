"""Plain Python that answers one question each. No framework, no clock, no settings, no network."""
