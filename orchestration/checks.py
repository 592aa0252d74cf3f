"""Asset checks: the rules of ingest on the landing zone, soda contracts on the marts.

dbt tests are checks of their own models and run with them (`assets/warehouse.py`). Blocking is
what could publish a wrong figure: every soda contract and every dbt test of severity error.
The rules of ingest are not: they keep a faulty sheet out, and the others go on.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from ingest.findings import RULES, Finding, where
from ingest.reports import LoadReport
from orchestration.refusals import stops_as_refusals
from services.home import Home
from services.warehouse import seal
from services.warehouse.contracts import contracts
from services.warehouse.quality import ContractResult, verify

FINDINGS_SHOWN = 50


def landing_check_specs() -> list[dg.AssetCheckSpec]:
    """A check for each rule of ingest."""
    return [
        dg.AssetCheckSpec(rule, asset="landing", description=title) for rule, title in RULES.items()
    ]


def landing_checks(report: LoadReport) -> list[dg.AssetCheckResult]:
    """A rule passes when this load found no error or warning of it."""
    findings = [finding for book in report.workbooks for finding in book.findings]
    return [
        _landing_check(rule, [finding for finding in findings if finding.rule == rule])
        for rule in RULES
    ]


def _landing_check(rule: str, findings: Sequence[Finding]) -> dg.AssetCheckResult:
    serious = [finding for finding in findings if finding.severity != "info"]
    is_error = any(finding.severity == "error" for finding in serious)
    shown = [f"{where(finding)}: {finding.message}" for finding in findings[:FINDINGS_SHOWN]]
    return dg.AssetCheckResult(
        check_name=rule,
        passed=not serious,
        severity=dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
        metadata={"count": len(findings), "findings": shown},
    )


def soda_checks(manifest: Mapping[str, Any]) -> dg.AssetChecksDefinition:
    """The contracts of the marts, verified on the closed warehouse file."""
    promised = contracts(manifest)

    @dg.multi_asset_check(
        name="soda_contracts",
        description="公開用データの契約(列・型・値の範囲)",
        specs=[
            dg.AssetCheckSpec(
                "soda_contract",
                asset=dg.AssetKey(["marts", name]),
                description=f"{name}の契約",
                blocking=True,
            )
            for name in promised
        ],
    )
    def soda_contracts(home: dg.ResourceParam[Home]) -> Iterator[dg.AssetCheckResult]:
        with stops_as_refusals(), home.writer():
            results = verify(home, promised)
            if all(result.passed for result in results):
                seal.passed(home, "soda")
        for result in results:
            yield _soda_check(result)

    return soda_contracts


def _soda_check(result: ContractResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["marts", result.mart]),
        check_name="soda_contract",
        passed=result.passed,
        metadata={"failures": list(result.failures)},
    )


def failure_lines(evaluations: Sequence[dg.AssetCheckEvaluation]) -> list[str]:
    """What the failed blocking checks say, a line for each row that fails."""
    return [
        line
        for evaluation in evaluations
        if evaluation.blocking and not evaluation.passed
        for line in _lines(evaluation)
    ]


def _lines(evaluation: dg.AssetCheckEvaluation) -> list[str]:
    value: Any = evaluation.metadata["failures"].value
    failures = json.loads(value) if isinstance(value, str) else value
    heading = f"{'.'.join(evaluation.asset_key.path)} {evaluation.check_name}"
    return [f"{heading}: {failure}" for failure in failures] or [heading]
