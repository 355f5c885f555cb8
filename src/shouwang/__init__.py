"""Shouwang (守望): an open online police room for a township police station."""
