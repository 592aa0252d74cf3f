"""What a city decides about its reports."""

import re
from dataclasses import dataclass

from terms.money import UNITS

MINUS_SIGNS = ("△", "▲")
_SITE_URL = re.compile(r"https?://[^\s/?#]+/([^\s?#]*/)?")


@dataclass(frozen=True)
class ReportSettings:
    """What a city decides about its report. ``unit`` is a key of ``japanese.UNITS``.

    Negative figures are drawn with ``minus_sign``, one of ``MINUS_SIGNS``, and spoken.
    A claim of fewer debtors than ``disclosure_threshold`` is suppressed; 0 suppresses none.
    ``site_url`` is where the site stands, if it is to be told to feed readers and search engines;
    it ends in a slash.
    """

    municipality_name: str
    publisher: str
    contact: str
    title: str = "未収金残高報告"
    unit: str = "千円"
    minus_sign: str = "△"
    disclosure_threshold: int = 10
    site_url: str | None = None

    def __post_init__(self) -> None:
        if self.site_url is not None and not _SITE_URL.fullmatch(str(self.site_url)):
            raise ValueError(
                f"site_url「{self.site_url}」は使えません。"
                "https:// で始まり / で終わるアドレスを書きます。"
            )
        if self.unit not in UNITS:
            raise ValueError(
                f"表示単位「{self.unit}」は使えません。{'・'.join(UNITS)}から選びます。"
            )
        if self.minus_sign not in MINUS_SIGNS:
            raise ValueError(
                f"負の数の符号（minus_sign）「{self.minus_sign}」は使えません。"
                f"{'・'.join(MINUS_SIGNS)}から選びます。"
            )
        threshold: object = self.disclosure_threshold
        if isinstance(threshold, bool) or not isinstance(threshold, int) or threshold < 0:
            raise ValueError(
                f"disclosure_threshold（秘匿する債務者数のしきい値）は0以上の整数です: {threshold}"
            )


@dataclass(frozen=True)
class City:
    """A municipality code of six digits, and the settings of its reports."""

    municipality_code: str
    settings: ReportSettings
