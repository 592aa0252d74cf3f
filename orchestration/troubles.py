"""What the machine refuses, in words that say what to do: a full disk, a folder that is shut."""

AGAIN = "直したら、同じコマンドをもう一度実行してください。途中までの書込みは使われません。"

FULL = f"ディスクの空きがありません。空きを増やしてください。{AGAIN}"
READ_ONLY = f"読み取り専用の場所のため、書き込めません。{AGAIN}"
# What the system, DuckDB and Arrow all quote, whatever they put around it; then SQLite's own.
WORDS = {
    "No space left on device": FULL,
    "Disk quota exceeded": f"使えるディスクの量を超えました。空きを増やしてください。{AGAIN}",
    "Read-only file system": READ_ONLY,
    "Permission denied": f"権限がないため、ファイルを読み書きできません。{AGAIN}",
    "Input/output error": f"ディスクの読み書きに失敗しました。機器を確かめてください。{AGAIN}",
    "database or disk is full": FULL,
    "attempt to write a readonly database": READ_ONLY,
    # Of its log in shared memory SQLite says no more than this, also where the disk is full.
    "disk I/O error": (
        f"ディスクの読み書きに失敗しました。ディスクの空きと機器を確かめてください。{AGAIN}"
    ),
}


def explained(text: str) -> str | None:
    """What to do, with the first line that quotes the system; None where none does."""
    for words, advice in WORDS.items():
        quoting = next((line for line in text.splitlines() if words in line), None)
        if quoting is not None:
            return f"{advice}({quoting.strip()})"
    return None
