"""Attacks on the table as a whole: encodings, dialects, damage and size. It is read, or refused by name."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.errors import ConsilienceError, IntakeError
from consilience.intake.holdings import Intake, read_holdings
from consilience.intake.table import open_table
from consilience.model.claim import Claim

HEADER = "claim_id,partner,modality,phenomenon,reported_at,place,text\n"
LINE = "A1,UKR,observed,personnel,2021-12-03,UKR border,Зеленський\n"
TEXT = HEADER + LINE
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489") + b"\x00" * 64


@pytest.fixture
def read(tmp_path):
    """Bytes as a file, read."""

    def make(content, name="ours.csv", **how):
        file = tmp_path / name
        file.write_bytes(content)
        return read_holdings([file], Intake(**how))

    return make


@pytest.fixture
def refusal(read):
    """The message by which bytes are refused as a whole."""

    def make(content, name="ours.csv", **how):
        with pytest.raises(IntakeError) as caught:
            read(content, name, **how)
        assert name in caught.value.message
        assert "\n" not in caught.value.message
        return caught.value.message

    return make


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "|").encode(),
        TEXT.rstrip("\n").encode(),
        TEXT.replace("\n", "\n\n").encode(),
        HEADER.upper().encode() + LINE.encode(),
        HEADER.replace(",", " , ").encode() + LINE.encode(),
    ],
    ids=["plain", "BOM", "UTF-16", "UTF-16 BE", "CRLF", "CRLF BOM", "semicolons", "tabs", "bars", "no last newline",
         "blank lines", "upper case", "blanks in the header"],
)  # fmt: skip
def test_every_dialect_of_a_spreadsheet_is_read(read, content):
    (claim,) = read(content).claims
    assert (claim.id, claim.partner, claim.place.name, claim.text) == ("A1", "UKR", "UKR border", "Зеленський")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_newline_inside_quotes_stays_in_its_cell(read, newline):
    text = HEADER + LINE.replace("Зеленський", f'"one{newline}two, ""three"""')
    (claim,) = read(text.encode()).claims
    assert claim.text == f'one{newline}two, "three"'


def test_other_encodings_are_read_when_named_and_set_aside_when_not(read):
    content = TEXT.encode("cp1251")
    assert read(content, encoding="cp1251").claims[0].text == "Зеленський"
    told = read(content)
    assert not told.claims
    assert "encoding" in told.set_aside[0].because


def test_a_header_in_another_encoding_names_the_way_out(refusal):
    assert "--encoding" in refusal(TEXT.replace("text", "текст").encode("cp1251"))


def test_an_encoding_that_does_not_exist_is_named(refusal):
    assert "klingon" in refusal(TEXT.encode(), encoding="klingon")


@pytest.mark.parametrize("encoding", ["rot13", "zlib", "base64", "idna", "punycode"])
def test_an_encoding_that_is_none_of_text_is_refused(read, encoding):
    with pytest.raises(ConsilienceError, match=encoding):
        read(TEXT.encode(), encoding=encoding)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "an empty file"),
        (b"\n\n", "no header"),
        (b"\xef\xbb\xbf", "no header"),
        (PNG, "found"),
        (b"PK\x03\x04" + b"\x00" * 40, "found"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "found"),
        (b"PAR1", "Parquet"),
        (b"a,b\n1,2\n", "claim_id"),
        (HEADER.replace("text", "partner").encode() + LINE.encode(), "twice"),
        ((",".join(f"c{n}" for n in range(1_000_000)) + "\n").encode(), "1,000,000 columns"),
        (HEADER.encode() + b'A1,UKR,observed,personnel,2021-12-03,UKR border,"' + b"x" * 20_000_000, "16 MiB"),
        (HEADER.encode() + b"A1,UKR,observed,personnel,2021-12-03,UKR border," + b"x" * 20_000_000 + b"\n", "16 MiB"),
    ],
    ids=["empty", "blank", "BOM only", "PNG", "zip", "PDF", "Parquet magic", "other columns", "column twice", "a million columns",
         "unclosed quote", "a cell of 20 MB"],
)  # fmt: skip
def test_what_is_no_table_of_claims_is_refused_by_name(refusal, content, word):
    assert word in refusal(content)


def test_a_header_alone_is_no_claim_and_no_error(read):
    told = read(HEADER.encode())
    assert (told.claims, told.set_aside) == ((), ())


@pytest.mark.parametrize("rows", ["A1,UKR,observed\n", LINE.rstrip() + ",more,and more\n"])
def test_a_row_of_another_width_is_set_aside(read, rows):
    told = read((HEADER + rows + LINE).encode())
    assert len(told.claims) == 1
    assert "as in the header" in told.set_aside[0].because


def test_nul_bytes_in_a_cell_are_set_aside_or_made_harmless(read):
    told = read((HEADER + "A\x001,UKR,observed,personnel,2021-12-03,x,y\n" + LINE).encode())
    assert [claim.id for claim in told.claims] == ["A1"]
    assert len(told.set_aside) == 1


def test_nul_bytes_everywhere_are_no_table(refusal):
    assert "binary" in refusal(TEXT.replace(",", "\x00").encode())


def test_a_number_of_a_row_counts_the_header(read):
    told = read((HEADER + LINE + "A2,UKR,seen,personnel,2021-12-03,x,y\n").encode())
    assert told.set_aside[0].row == 3


@pytest.fixture(scope="module")
def parquet():
    names = HEADER.strip().split(",")
    data = io.BytesIO()
    table = pa.table({name: [cell] * 3 for name, cell in zip(names, LINE.strip().split(","), strict=True)})
    pq.write_table(table, data, compression="none")
    return data.getvalue()


def test_parquet_is_known_by_its_first_bytes(read, parquet):
    assert len(read(parquet, "ours.csv").claims) == len(read(parquet, "ours.parquet").claims) == 1


def test_every_prefix_of_a_parquet_file_is_refused_by_name(tmp_path, parquet):
    file = tmp_path / "ours.parquet"
    for size in range(0, len(parquet), 3 if len(parquet) > 2000 else 1):
        file.write_bytes(parquet[:size])
        with pytest.raises(IntakeError, match=r"ours\.parquet"):
            read_holdings([file])


@settings(max_examples=150)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_parquet_file_with_a_flipped_byte_is_read_or_refused(tmp_path_factory, parquet, at, flip):
    broken = bytearray(parquet)
    broken[at % len(broken)] ^= flip
    file = tmp_path_factory.mktemp("flip") / "ours.parquet"
    file.write_bytes(broken)
    try:
        told = read_holdings([file])
    except ConsilienceError:
        return
    assert all(isinstance(claim, Claim) for claim in told.claims)


@pytest.mark.parametrize(
    "content",
    [
        st.binary(max_size=300),
        st.binary(max_size=200).map(lambda tail: HEADER.encode() + tail),
        st.text(st.sampled_from('A1,;"\n\r\x00\x1b=é\ud83d'), max_size=200).map(
            lambda tail: (TEXT + tail).encode("utf-8", "surrogatepass")
        ),
        st.text(max_size=100).map(lambda tail: (HEADER + tail).encode("utf-16", "surrogatepass")),
    ],
    ids=["bytes", "bytes below a header", "signs below a claim", "UTF-16"],
)
def test_whatever_the_bytes_only_claims_bad_rows_or_our_errors_come_out(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("fuzz") / "ours.csv"

    @given(content)
    @settings(max_examples=120)
    def attack(data):
        file.write_bytes(data)
        try:
            told = read_holdings([file])
        except ConsilienceError as error:
            assert "\n" not in error.message  # noqa: PT017  any refusal will do, as long as it is one line
            return
        assert all(isinstance(claim, Claim) for claim in told.claims)
        assert all(row.because for row in told.set_aside)

    attack()


@given(
    st.dictionaries(
        st.sampled_from([*HEADER.strip().split(","), "lat", "lon", "low", "high", "origins"]), st.text(max_size=12)
    )
)
def test_whatever_stands_in_the_cells_of_an_arrow_table_is_a_claim_or_a_bad_row(table, row, cells):
    told = read_holdings([table([{**row(), **cells}])])
    assert len(told.claims) + len(told.set_aside) == 1


def test_a_folder_that_is_no_table_and_a_file_that_is_not_there_are_named(tmp_path):
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(IntakeError, match=path.name):
            read_holdings([path])


def test_what_is_no_table_in_memory_is_named():
    with pytest.raises(ConsilienceError, match="int"):
        read_holdings([42])


def test_an_open_table_is_a_stream(tmp_path):
    file = tmp_path / "ours.csv"
    file.write_text(HEADER + LINE * 100_000, encoding="utf-8")
    table = open_table(file)
    assert next(table.rows).number == 2
