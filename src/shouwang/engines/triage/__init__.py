"""Triage: what is this, whose is it, how urgent, and why."""
