"""What the AT Protocol signs, and how it is checked again: bytes in, opinions out, nothing else.

From the bottom up: ``cid`` names bytes by their hash, ``dag_cbor`` says what they mean, ``car`` holds a bundle of them,
``tree`` finds a record's place, ``commit`` is what the account's key signed, ``did`` and ``plc`` say whose key that is,
and ``proof`` puts them together. The specifications are at https://atproto.com/specs (repository, data-model, did,
cryptography) and https://web.plc.directory/spec/v0.1/did-plc.
"""
