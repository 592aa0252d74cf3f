"""Soda contracts on the marts, verified in this process on a read-only connection.

Heavy: importing this imports soda. What is not evaluated counts as failed: a contract whose
dataset path is wrong evaluates nothing, and soda calls that a success.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import soda_core  # type: ignore[import-untyped]  # noqa: F401 - before its plugins
from soda_core.common.yaml import ContractYamlSource  # type: ignore[import-untyped]
from soda_core.contracts.contract_verification import (  # type: ignore[import-untyped]
    CheckOutcome,
    CheckResult,
    ContractVerificationResult,
    ContractVerificationSession,
)
from soda_duckdb.common.data_sources.duckdb_data_source import (  # type: ignore[import-untyped]
    DuckDBDataSourceImpl,
)

from services.home import Home
from services.warehouse.contracts import Spec

DATA_SOURCE = "warehouse"
OUTCOMES = {
    CheckOutcome.FAILED: "不合格",
    CheckOutcome.NOT_EVALUATED: "評価されていません",
    CheckOutcome.EXCLUDED: "対象外にされています",
    CheckOutcome.WARN: "警告",
}


@dataclass(frozen=True, slots=True)
class ContractResult:
    """What became of the contract of one mart; `failures` are Japanese, a line a check."""

    mart: str
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every check was evaluated and none failed."""
        return not self.failures


def verify(home: Home, contracts: Mapping[str, Spec]) -> list[ContractResult]:
    """Hold each mart against its contract. The warehouse must not be open for writing."""
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        source = DuckDBDataSourceImpl.from_existing_cursor(connection, name=DATA_SOURCE)
        return [
            ContractResult(mart, tuple(_failures(source, spec))) for mart, spec in contracts.items()
        ]


def _failures(source: DuckDBDataSourceImpl, contract: Spec) -> Iterator[str]:
    session = ContractVerificationSession.execute(
        # JSON is YAML.
        contract_yaml_sources=[ContractYamlSource.from_str(json.dumps(contract))],
        data_source_impls=[source],
    )
    yield from session.get_errors()
    if not session.contract_verification_results:
        yield "契約を読み取れません"
    for result in session.contract_verification_results:
        yield from _check_failures(result)


def _check_failures(result: ContractVerificationResult) -> Iterator[str]:
    if not result.check_results:
        yield "評価された検査がありません"
    for check in result.check_results:
        if check.outcome not in (CheckOutcome.PASSED, CheckOutcome.WARN):
            yield _failure(check)


def _failure(check: CheckResult) -> str:
    place = f"列 {check.check.column_name}: " if check.check.column_name else ""
    measured = ", ".join(
        f"{name}={value}" for name, value in (check.diagnostic_metric_values or {}).items()
    )
    text = f"{place}{check.check.name} {OUTCOMES[check.outcome]}"
    return f"{text} ({measured})" if measured else text
