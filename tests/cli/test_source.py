"""Source: a picture says whose it is, and why it is empty."""


def test_a_partners_picture_is_titled_as_what_it_may_see(node):
    assert node("compare").stdout.startswith("what the ledger holds")
    assert node("compare", "--seen-by", "BOR").stdout.startswith("what BOR may see")
    assert node("compare", "--seen-by", "BOR,CAL").stdout.startswith("what BOR, CAL may see")


def test_an_empty_picture_says_why(program, tmp_path):
    row = "claim_id,partner,modality,phenomenon,reported_at,marking\nZ1,AUR,observed,personnel,2022-01-21,REL TO BOR\n"
    (tmp_path / "t.csv").write_text(row, encoding="utf-8")
    program("init", "--partner", "AUR")
    program("partner", "add", "BOR")
    program("ingest", "t.csv")
    early = program("compare", "--as-of", "2022-01-01", "--seen-by", "BOR").stderr
    assert early == "nothing had been reported by 2022-01-01; the first report is of 2022-01-21\n"
    program("retract", "Z1", "--reason", "an error")
    for seen in ((), ("--seen-by", "BOR")):
        done = program("compare", *seen)
        assert "all that was reported is withdrawn" in done.stderr
        assert "None" not in done.stderr


def test_recording_counts_one_as_one(program, tmp_path):
    row = "claim_id,partner,modality,phenomenon,reported_at,marking\nZ1,AUR,observed,personnel,2022-01-21,{}\n"
    program("init", "--partner", "AUR")
    program("partner", "add", "BOR")

    def ingest(marking):
        (tmp_path / "t.csv").write_text(row.format(marking), encoding="utf-8")
        return program("ingest", "t.csv").stdout

    ingest("REL TO BOR")
    assert "; 1 was there already" in ingest("REL TO BOR")
    assert "; 1 was there and is marked higher now" in ingest("OWNER ONLY")
    assert "1 of those is marked lower in the table, and keeps its label" in ingest("REL TO BOR")
    program("retract", "Z1", "--reason", "an error")
    assert "1 of those is withdrawn and stays so" in ingest("OWNER ONLY")
