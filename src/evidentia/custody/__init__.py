"""How evidence is kept: create-only storage, seals, signatures, timestamps, transfers, export."""
