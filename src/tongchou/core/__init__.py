"""Core: the clock, access decisions, the audit chain, scopes and stored files. Imports no other room."""
