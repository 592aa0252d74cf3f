"""What is taken along from a page: a file under a name that people understand."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

ANY = "application/octet-stream"


def as_download(content: bytes | str, name: str, kind: str = ANY) -> HttpResponse:
    """The content as a file that the browser saves; no folder comes with its name."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = disposition(name)
    return response


def disposition(name: str) -> str:
    """The header that says so, in every character."""
    return content_disposition_header(as_attachment=True, filename=name.replace("/", "／")) or ""
