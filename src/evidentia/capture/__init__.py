"""How bytes come in: browser, files; and the one door to the network."""
