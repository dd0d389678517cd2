"""Identifiers in addresses: ``{video_id:id}`` in a route takes only a name that the app gave."""

from starlette.convertors import Convertor, register_url_convertor


class _IdConvertor(Convertor[str]):
    """Part of an address that names a video; nothing else gets into a path on the disk."""

    regex = "[a-z2-7]{10}"

    def convert(self, value: str) -> str:
        """Return the name as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Return the name as it is."""
        return value


register_url_convertor("id", _IdConvertor())
