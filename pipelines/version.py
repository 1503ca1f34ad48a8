"""Which version of Openness this is. It has a module to itself because it takes long to look up."""

from importlib.metadata import version

CODE_VERSION = version("openness")
