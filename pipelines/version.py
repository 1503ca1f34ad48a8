"""Which version of Openness this is. The package takes it from here: to ask the installed package takes longer."""

CODE_VERSION = "0.1.0"
