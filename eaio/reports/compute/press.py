"""The press: reads a report or an audit pack as JSON and writes its PDF; a process of its own.

``python -m eaio.reports.compute.press Report < report.json > report.pdf``. Setting pages keeps the interpreter's lock
for seconds and leaves a hundred megabytes of fonts and layout behind; neither must happen to the web process.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from eaio.reports.compute.audit_paper import audit_html
from eaio.reports.compute.paper import page_html, static_address
from eaio.reports.models import NO_PANGO, Report
from eaio.reports.models.audit import AuditPack


def pdf_of(html: str) -> bytes:
    """Pages set from a document that may use the installation's static files and nothing else.

    Raises:
        OSError: Pango or another library of the system is missing.
    """
    import weasyprint

    document: Any = weasyprint.HTML(string=html, url_fetcher=_static_only(), base_url=static_address())
    return document.write_pdf(pdf_tags=True)


def _static_only() -> Any:
    from weasyprint.urls import URLFetcher

    class StaticOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(static_address()) or ".." in url:
                raise ValueError(f"a report fetches nothing but static files of this installation, not {url}")
            return super().fetch(url, headers)

    return StaticOnly(allowed_protocols=["file"])


PAPERS: Mapping[str, tuple[type[Struct], Callable[[Any], str]]] = {
    "Report": (Report, page_html),
    "AuditPack": (AuditPack, audit_html),
}
"""What can be printed, by the name of its type."""


def main() -> int:
    """From standard input to standard output; ``NO_PANGO`` says that the library is missing."""
    kind, html_of = PAPERS[sys.argv[1]]
    html = html_of(msgspec.json.decode(sys.stdin.buffer.read(), type=kind))
    try:
        pdf = pdf_of(html)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return NO_PANGO
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
