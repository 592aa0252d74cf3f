"""Forms as departments hand them in: what `ingest.templates.draw` takes for each."""

from datetime import date
from typing import Any

from ingest.templates import Key, Value

CODE = "999999"

_PLAN = {
    "1": ("人権啓発課", "低所得者生業資金貸付金"),
    "2": ("人権啓発課", "生活改善資金貸付金"),
    "3": ("税制課", "市税"),
    "4": ("環境生活課", "緊急安全措置負担金"),
}
_AMOUNTS: dict[str, tuple[Value, ...]] = {
    "1": (2432, 0, 1804, 0),
    "2": (46799, 1355, 20467, 1105),
    "3": (481383, 485500, 322509, 462400),
    "4": (None, None, 318, None),
}
_RATES: dict[str, tuple[Value, ...]] = {
    "1": ("0", None, "0", None),
    "2": ("73.6", "98.8", "1.5", "99.2"),
    "3": ("96.2", "96", "97.3", "96.3"),
    "4": (None, None, "27.4", None),
}
_FIGURES = ("baseline_actual", "target", "actual", "next_target")
_RESULTS = (
    "assessed_current", "collected_current", "assessed_prior", "collected_prior", "written_off",
    "debtors",
)  # fmt: skip
# Each year's 滞納繰越 is what the year before left; 7,830 of 8,000 (97.875%) is printed 97.88%.
_SETTLED = {
    "2017": (10_268_217_174, 9_459_707_829, 4_354_998_426, 539_189_870, 2_001_633_386, 11_046),
    "2018": (8_585_085_383, 7_990_373_713, 2_622_684_515, 533_532_452, 460_482_627, 9_805),
    "2019": (8_000_000_000, 7_830_000_000, 2_223_381_106, 489_853_849, 359_780_610, 7_893),
    "2020": (7_821_697_606, 7_395_274_282, 1_543_746_647, 422_109_615, 253_087_388, 7_180),
    "2021": (8_080_784_174, 7_703_691_882, 1_294_972_968, 377_411_892, 192_108_336, 7_122),
}
_TARGETS = ("rate_current", "rate_prior", "uncollected_target")
_AIMS: dict[str, tuple[Value, ...]] = {
    "2023": ("95.66", "27.83", 1041809000),
    "2024": ("95.99", "28.8", 954779000),
    "2025": ("96.33", "29.77", 871218000),
    "2026": ("96.66", "30.74", 790460000),
    "2027": ("97", "31.7", 710671000),
}
_LIST = {
    "1": ("市税", 1924838, "強", "資統", "納税課・特別処理担当"),
    "2": ("国民健康保険料", 1212432, "強", "総務", "国保年金課"),
    "3": ("一般被保険者返納金", 4451, "私", "総務", "国保年金課"),
    "4": ("生活保護費返還金", 20617, "強・非", "健福", "生活支援課"),
}
_CITY = {
    "1": ("令和元年度", "当初目標", 135, 258, None, None, None, None, None, None, None),
    "2": ("令和2年度", "当初目標", None, None, 386, None, None, None, "2019-08-20", "会議", None),
    "3": ("令和2年度", "修正目標", None, None, 635, 223, 256, None, "2020-08-24", "対策会議",
          "徴収猶予を見込んだため"),
}  # fmt: skip
_TARGET_COLUMNS = (
    "fiscal_year", "target_kind", "target_current", "target_prior", "target", "actual_current",
    "actual_prior", "actual", "decided_on", "meeting", "reason",
)  # fmt: skip
_CLAIMS: dict[str, dict[str, Value]] = {
    "008": {
        "claim_name": "生活保護費返還金", "claim_classes": "強・非", "carried_forward": 1000,
        "assessed_prior": 50, "collected_prior": 60, "assessed_current": 7,
        "written_off_current": 2, "cases": 3, "debtors": 2,
    },
    "021": {
        "claim_name": "奨学金", "claim_classes": "私債権", "carried_forward": 12,
        "assessed_prior": 12, "collected_prior": 5, "written_off_prior": 1, "cases": 1,
        "debtors": 1,
    },
}  # fmt: skip


def _rows(block: str, names: tuple[str, ...], rows: dict[str, Any]) -> dict[Key, Value]:
    return {
        (block, item, name): value
        for item, row in rows.items()
        for name, value in zip(names, row, strict=True)
        if value is not None
    }


_NAMES = _rows("plan", ("department", "claim_name"), _PLAN)
_FOOTNOTE: dict[Key, Value] = {("footnote", "", "text"): "※市税は決算書の数字で記載している。"}

FILLED: dict[str, dict[str, Any]] = {
    "plan_amount": {
        "form": "plan",
        "fiscal_year": 2019,
        "header": {"plan": "第1次見本市債権管理計画", "baseline_year": "2016"},
        "values": _NAMES | _rows("plan", _FIGURES, _AMOUNTS) | _FOOTNOTE,
    },
    "plan_rate": {
        "form": "plan",
        "fiscal_year": 2019,
        "header": {"plan": "第1次見本市債権管理計画", "measure": "collection_rate"},
        "values": _NAMES | _rows("plan", _FIGURES, _RATES),
    },
    "claim_list": {
        "form": "claim_list",
        "fiscal_year": 2021,
        "values": _rows(
            "claim_list",
            ("claim_name", "uncollected", "claim_classes", "bureau", "section"),
            _LIST,
        ),
    },
    "promotion": {
        "form": "promotion",
        "fiscal_year": 2021,
        "header": {
            "claim_name": "国民健康保険料",
            "department": "国保年金課",
            "debtor_unit": "世帯",
        },
        "values": _rows("settlement", _RESULTS, _SETTLED)
        | _rows("settlement_target", _TARGETS, _AIMS)
        | {("outline", "", "text"): "【強制徴収公債権】時効期間：2年"},
    },
    "city_target": {"form": "city_target", "values": _rows("city_target", _TARGET_COLUMNS, _CITY)},
    "interim": {
        "form": "interim",
        "as_of": date(2025, 7, 31),
        "header": {"department": "健康福祉局", "section": "保険年金課"},
        "values": {
            ("collection", number, name): value
            for number, claim in _CLAIMS.items()
            for name, value in ({"claim_number": number} | claim).items()
        },
    },
}
