"""`python -m tests.supply` writes docs/licences.md and build/sbom.json."""

from tests.supply import bill, licences, lists

page = lists.ROOT / "docs/licences.md"
page.write_text(licences.page(page.read_text("utf-8") if page.exists() else ""), "utf-8")
sbom = lists.ROOT / "build/sbom.json"
sbom.parent.mkdir(exist_ok=True)
sbom.write_text(bill.bill(), "utf-8")
print(f"{page} and {sbom}")
