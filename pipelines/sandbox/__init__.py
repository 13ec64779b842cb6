"""Limited worker processes for work on untrusted bytes, and the channel to them.

What a worker sends back is bytes or JSON that is checked against dataclasses; it is never
unpickled.
"""

from pipelines.sandbox.channel import Channel, OversizedFrame
from pipelines.sandbox.codec import MalformedMessage, decode, encode
from pipelines.sandbox.process import SandboxProcess

__all__ = ["Channel", "MalformedMessage", "OversizedFrame", "SandboxProcess", "decode", "encode"]
