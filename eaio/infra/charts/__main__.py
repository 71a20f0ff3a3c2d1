"""Write every chart's specification to ``static/charts``: run after changing a builder or the theme."""

from eaio.infra.assets import asset_folder
from eaio.infra.charts.catalogue import CHARTS, encoded

if __name__ == "__main__":
    folder = asset_folder("static") / "charts"
    folder.mkdir(exist_ok=True)
    for name in CHARTS:
        (folder / f"{name}.json").write_bytes(encoded(name))
