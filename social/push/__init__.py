"""Pushes to devices (Web Push)."""
