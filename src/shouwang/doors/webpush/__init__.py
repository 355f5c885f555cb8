"""Reminders on phones leave the house here (`catalogue.phones`), sealed for the browser that asked for them."""
