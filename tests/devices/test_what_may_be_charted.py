"""What of a message may reach a chart: the rules of sentinels, flags, units, codes, patients and times, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.devices.hl7.acknowledgement import Answer, answers, render
from dripstand.devices.hl7.decoding import decode
from dripstand.devices.hl7.messages import Ack, DecodedMessage, Kind, Observation, content_hash, duplicate_key
from dripstand.devices.hl7.reader import Notice
from dripstand.devices.hl7.times import iso, read_time
from dripstand.devices.hl7.values import NotANumber, read_number

SPO2 = "150456^MDC_PULS_OXIM_SAT_O2^MDC"
PULSE = "149530^MDC_PULS_OXIM_PULS_RATE^MDC"
PERCENT = "262688^MDC_DIM_PERCENT^MDC"
BPM = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
MMHG = "266016^MDC_DIM_MMHG^MDC"
MMHG_UCUM = "mm[Hg]^mm[Hg]^UCUM"


def obx(
    code: str,
    value: str,
    unit: str = "",
    *,
    kind: str = "NM",
    place: str = "1.3.1.1",
    flags: str = "",
    status: str = "R",
) -> str:
    return f"OBX|1|{kind}|{code}|{place}|{value}|{unit}||{flags}|||{status}|||20260301090000+0000"


def message(
    *rows: str, mode: str = "P", version: str = "2.6", kind: str = "ORU^R01^ORU_R01", patient: str = "T1^^^C^MR"
) -> DecodedMessage:
    header = f"MSH|^~\\&|MON^00A0370000000001^EUI-64|CLINIC|||20260301090000+0000||{kind}|C1|{mode}|{version}|||NE|AL"
    text = "".join(row + "\r" for row in (header, f"PID|||{patient}", "OBR|1|||X|||20260301090000+0000", *rows))
    return decode(text.encode())


def only(*rows: str, **options: Any) -> Observation:
    (found,) = message(*rows, **options).observations
    return found


@pytest.mark.hazard("H22")
@pytest.mark.parametrize("kind", ["CWE", "CE", "CNE", "CF", "ST", "TX"])
def test_a_word_in_the_place_of_a_vital_sign_is_no_reading(kind: str) -> None:
    found = only(obx(SPO2, "ninety^ninety^L" if kind.startswith("C") else "ninety", PERCENT, kind=kind))
    assert not found.usable
    assert found.chart_value is None


# --- no value -------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H22")
@pytest.mark.parametrize(
    "sent",
    [
        "",
        "---",
        "--",
        "-1",
        "-100",
        "-99.9",
        "-999",
        "-100.00",
        "8388607",
        "32767",
        '""',
        "***",
        "-?-",
        "N/A",
        "nan",
        "inf",
    ],
)
def test_every_known_way_to_say_no_value_is_no_reading(sent: str) -> None:
    found = only(obx(SPO2, sent, PERCENT))
    assert (found.value, found.usable, found.chart_value, found.is_no_reading) == (None, False, None, True)


@pytest.mark.parametrize(("code", "unit"), [(SPO2, PERCENT), (PULSE, BPM), ("150301^MDC_PRESS_CUFF_SYS^MDC", MMHG)])
@pytest.mark.parametrize("sent", ["-5", "0", "0.0", "-0.5"])
def test_nobody_has_a_vital_of_zero_or_less(code: str, unit: str, sent: str) -> None:
    found = only(obx(code, sent, unit))
    assert (found.usable, found.value, found.is_no_reading) == (False, None, True)


def test_a_pump_may_well_stand_at_zero() -> None:
    found = only(obx("158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC", "0", "265266^MDC_DIM_MILLI_L_PER_HR^MDC"))
    assert (found.usable, found.chart_value) == (True, 0.0)


@pytest.mark.parametrize("sent", ["97,5", "9 7", "0x61", "1_000", "٩٧", "97%", ">97", "97-98", "1e", "--5", "9" * 40])
def test_a_number_that_is_not_one_is_refused_and_never_repaired(sent: str) -> None:
    found = only(obx(SPO2, sent, PERCENT))
    assert (found.usable, found.value, found.raw_value) == (False, None, sent)


@given(st.text(max_size=40))
def test_reading_a_number_gives_a_finite_number_or_none_or_refuses(text: str) -> None:
    try:
        number = read_number(text)
    except NotANumber:
        return
    assert number is None or abs(number) < float("inf")


@pytest.mark.parametrize(("sent", "value"), [("^97", 97), ("=^97", 97), ("97", 97), (">^97", None), ("^97^-^99", None)])
def test_a_structured_number_is_a_value_only_when_it_is_one_number(sent: str, value: int | None) -> None:
    assert only(obx(SPO2, sent, PERCENT, kind="SN")).value == value


@pytest.mark.parametrize("sent", ["1^2^x", "1^1e999", "nan^1", "^^", ""])
def test_waves_with_a_sample_that_is_no_number_are_held(sent: str) -> None:
    found = only(obx("150452^MDC_PULS_OXIM_PLETH^MDC", sent, "262656^MDC_DIM_DIMLESS^MDC", kind="NA"))
    assert (found.usable, found.value) == (False, None)


# --- status and flags -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["R", "F", "C", "P", "S", "U", "", "r"])
def test_a_result_that_stands_is_usable(status: str) -> None:
    assert only(obx(SPO2, "97", PERCENT, status=status)).usable


@pytest.mark.parametrize("status", ["X", "D", "W", "I", "N", "O", "x", "?", "Z"])
def test_a_result_that_does_not_stand_is_held(status: str) -> None:
    found = only(obx(SPO2, "97", PERCENT, status=status))
    assert (found.usable, found.chart_value) == (False, None)


def test_corrections_and_deletions_are_told_apart_and_a_deletion_has_no_value() -> None:
    corrected, deleted = only(obx(SPO2, "97", PERCENT, status="C")), only(obx(SPO2, "97", PERCENT, status="D"))
    assert (corrected.is_correction, corrected.usable) == (True, True)
    assert (deleted.is_deletion, deleted.value) == (True, None)


@pytest.mark.hazard("H28")
@pytest.mark.parametrize("flags", ["DEMO", "TEST", "H~DEMO", "demo", "INV", "NAV", "QUES", "CALIB", "EARLY", "INOP"])
def test_demo_test_and_doubtful_data_never_reach_the_chart(flags: str) -> None:
    found = only(obx(SPO2, "97", PERCENT, flags=flags))
    assert (found.usable, found.chart_value) == (False, None)


@pytest.mark.parametrize("flags", ["H", "LL", "A", "N", "A~PM~SP"])
def test_a_flag_that_only_judges_the_value_leaves_it_usable(flags: str) -> None:
    assert only(obx(SPO2, "85", PERCENT, flags=flags)).usable


@pytest.mark.hazard("H28")
@pytest.mark.parametrize("mode", ["T", "D"])
def test_a_training_message_charts_nothing(mode: str) -> None:
    found = message(obx(SPO2, "97", PERCENT), mode=mode)
    assert [each.usable for each in found.observations] == [False]
    assert Notice.TRAINING in {each.notice for each in found.warnings}


# --- units ----------------------------------------------------------------------------------------------------------

UNITS = [
    (SPO2, "97", "%", 97.0),
    (SPO2, "97", "%^percent^UCUM", 97.0),
    (SPO2, "97", "", None),
    (SPO2, "97", "262656^MDC_DIM_DIMLESS^MDC", None),
    (SPO2, "97", "999999^MDC_DIM_FURLONG^MDC", None),
    (SPO2, "97", "262688^MDC_DIM_MMHG^MDC", None),
    (SPO2, "97", "262688^MDC_DIM_PERCENT^MDC^mm[Hg]^mm[Hg]^UCUM", None),
    (PULSE, "72", "bpm", 72.0),
    (PULSE, "72", "/min", 72.0),
    (PULSE, "72", "{beats}/min^beats per minute^UCUM", 72.0),
    (PULSE, "72", MMHG, None),
    ("151708^MDC_CONC_AWAY_CO2_ET^MDC", "5.1", "265987^MDC_DIM_KILO_PASCAL^MDC", 38.3),
    ("151708^MDC_CONC_AWAY_CO2_ET^MDC", "5.1", "kPa", 38.3),
    ("151708^MDC_CONC_AWAY_CO2_ET^MDC", "5.0", PERCENT, None),
    ("150301^MDC_PRESS_CUFF_SYS^MDC", "16", "kPa", 120.0),
    ("150301^MDC_PRESS_CUFF_SYS^MDC", "120", MMHG_UCUM, 120.0),
    ("150344^MDC_TEMP^MDC", "98.2", "266560^MDC_DIM_FAHR^MDC", 36.8),
    ("150344^MDC_TEMP^MDC", "98.2", "268160^MDC_DIM_FAHR^MDC", 36.8),
    ("150344^MDC_TEMP^MDC", "98.2", "268192^MDC_DIM_FAHR^MDC", None),
    ("150344^MDC_TEMP^MDC", "98.6", "268192^MDC_DIM_DEGC^MDC", None),
    ("158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC", "37.5", "265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM", 37.5),
    ("158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC", "37.5", "265234^MDC_DIM_MILLI_L_PER_MIN^MDC", None),
]


@pytest.mark.parametrize(("code", "sent", "unit", "charted"), UNITS)
def test_units_go_through_the_table_or_the_value_is_held(
    code: str, sent: str, unit: str, charted: float | None
) -> None:
    found = only(obx(code, sent, unit))
    assert found.chart_value == charted
    assert found.usable == (charted is not None)
    assert found.value == float(sent)


# --- what the code says ---------------------------------------------------------------------------------------------

CODES = [
    ("149522^MDC_PULS_RATE^MDC", "1.0.0.149522", BPM, "pulse"),
    ("150031^MDC_PRESS_CUFF_SYS^MDC", "1.1.9.150301", MMHG, "nibp_systolic"),
    ("150031^MDC_PRESS_CUFF_SYS^MDC", "1.1.9.1", MMHG, None),
    ("150037^MDC_PRESS_CUFF_SYS^MDC", "1.1.9.150301", MMHG, None),
    ("150017^MDC_PRESS_BLD_NONINV_SYS^MDC", "1.1.1", MMHG, None),
    ("150021^MDC_PRESS_BLD_ART_SYS^MDC", "1.1.1.150021", MMHG, None),
    ("150456^MDC_PULS_OXIM_SAT_O2_WAVEFORM^MDC", "1.3.1.150456", PERCENT, None),
    ("150456^^MDC", "1.3.1.1", PERCENT, "spo2"),
    ("188740^MDC_TEMP^MDC", "1.2.1.188740", "268192^MDC_DIM_DEGC^MDC", None),
    ("157985^MDC_FLOW_FLUID_PUMP^MDC", "1.1.1.1", "mL/h", None),
    ("8889-8^Heart rate by oximetry^LN", "1", BPM, "pulse"),
    ("59408-5^SpO2^LN^149530^MDC_PULS_OXIM_PULS_RATE^MDC", "1", BPM, None),
    ("19889-5^EtCO2^LN", "1", MMHG, None),
    ("108^MNDRY_ECG_PAUSE_RATE^99MNDRY", "1.7.2.108", BPM, None),
    ("101^HR^99MNDRY^147842^MDC_ECG_HEART_RATE^MDC", "1", BPM, "heart_rate"),
    ("0002-4a05^NBPs^MDIL", "0", "0004-0f20^mmHg^MDIL", "nibp_systolic"),
    ("0002-4a15^NBPs^MDIL", "0", "0004-0f20^mmHg^MDIL", None),
    ("0002-4182^HR_Pulse^MDIL", "0", "0004-0aa0^bpm^MDIL", "heart_rate"),
    ("0002-zzzz^SpO2^MDIL", "0", "0004-0220^%^MDIL", None),
    ("150456^MDC_PULS_OXIM_SAT_O2", "1.3.1.150456", PERCENT, "spo2"),
    ("150456", "1.3.1.150456", PERCENT, None),
]


@pytest.mark.parametrize(("code", "place", "unit", "channel"), CODES)
def test_a_code_fills_its_lane_only_when_number_and_name_speak_of_one_vital(
    code: str, place: str, unit: str, channel: str | None
) -> None:
    found = only(obx(code, "60" if "TEMP" not in code else "37", unit, place=place))
    charted = found.channel if found.usable else None
    assert charted == channel


def test_an_arterial_pressure_never_becomes_a_cuff_pressure() -> None:
    found = only(obx("150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC", "120", MMHG))
    assert (found.usable, found.channel, found.chart_value) == (True, None, None)


def test_a_wave_is_kept_as_samples_and_a_number_under_a_waves_code_is_held() -> None:
    wave = only(obx("150452^MDC_PULS_OXIM_PLETH^MDC", "1^2^3.5", "262656^MDC_DIM_DIMLESS^MDC", kind="NA"))
    assert (wave.value, wave.usable, wave.chart_value) == ((1, 2, 3.5), True, None)
    assert not only(obx("150452^MDC_PULS_OXIM_PLETH^MDC", "5", "262656^MDC_DIM_DIMLESS^MDC")).usable
    assert not only(obx(SPO2, "97^98", PERCENT, kind="NA")).usable


@pytest.mark.parametrize(
    ("name", "channel"),
    [("101^HR", "heart_rate"), ("160^SpO2", "spo2"), ("600^PR", None), ("502^Dia", None), ("101^RR", None)],
)
def test_a_mindray_number_is_believed_only_in_its_version_and_under_its_name(name: str, channel: str | None) -> None:
    row = f"OBX||NM|{name}|2101|60||||||F"
    found = only(row, version="2.3.1")
    assert (found.channel if found.usable else None) == channel
    assert not only(row, version="2.6").usable


@pytest.mark.parametrize(("code", "low", "high"), [(SPO2, "1", "100"), (PULSE, "1", "300")])
def test_an_extreme_but_possible_value_is_shown_and_an_impossible_one_is_held(code: str, low: str, high: str) -> None:
    unit = PERCENT if code == SPO2 else BPM
    assert only(obx(code, low, unit)).usable and only(obx(code, high, unit)).usable
    beyond = only(obx(code, str(int(high) + 1), unit))
    assert (beyond.usable, beyond.why, beyond.value) == (False, "implausible", int(high) + 1)


def test_a_cuff_whose_diastolic_is_not_below_its_systolic_is_held_as_a_whole_and_another_is_not() -> None:
    def cuff(systolic: str, diastolic: str, place: str) -> list[str]:
        return [
            obx("150301^MDC_PRESS_CUFF_SYS^MDC", systolic, MMHG, place=f"{place}.150301"),
            obx("150302^MDC_PRESS_CUFF_DIA^MDC", diastolic, MMHG, place=f"{place}.150302"),
        ]

    found = message(*cuff("80", "120", "1.1.9"), *cuff("121", "80", "1.1.8")).observations
    assert [each.usable for each in found] == [False, False, True, True]


# --- who, where, which device ---------------------------------------------------------------------------------------


@pytest.mark.hazard("H01")
@pytest.mark.parametrize(
    "field", ["Unknown", "UNKNOWN PATIENT", "", "99999", "999999", "0", "---", "^^^C^MR", '""', "Unknown^x~^^^C"]
)
def test_a_number_that_names_nobody_is_no_patient(field: str) -> None:
    assert message(obx(SPO2, "97", PERCENT), patient=field).patient_id is None


@pytest.mark.parametrize(
    ("field", "number"), [("T1^^^C^MR", "T1"), (" 77 ^^^C", "77"), ("Unknown~T2^^^C", "T2"), ("9999", "9999")]
)
def test_a_real_number_is_the_patient(field: str, number: str) -> None:
    assert message(obx(SPO2, "97", PERCENT), patient=field).patient_id == number


@pytest.mark.hazard("H01")
def test_a_message_about_two_patients_charts_for_neither() -> None:
    found = message(obx(SPO2, "97", PERCENT), "PID|||T2^^^C^MR", obx(PULSE, "70", BPM))
    assert found.patient_id is None
    assert [each.usable for each in found.observations] == [False, False]


def test_lines_of_two_pumps_in_one_message_keep_their_own_device() -> None:
    rate = "158014^MDC_FLOW_FLUID_PUMP_CURRENT^MDC"
    found = message(
        "OBX|1||70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC|1.0.0.0|||||||X|||||||P1^^0012210000000000^EUI-64",
        obx(rate, "10", "mL/h", place="1.1.1.2"),
        "OBX|3||70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC|2.0.0.0|||||||X|||||||P2^^0012210000000000^EUI-64",
        obx(rate, "20", "mL/h", place="2.1.1.2"),
    )
    assert [(each.device, each.chart_value) for each in found.observations] == [("P1", 10.0), ("P2", 20.0)]
    assert (found.kind, found.device, found.aliases) == (Kind.PUMP, "P1", ("P1",))


def test_a_gateways_own_number_is_never_the_name_of_a_device_behind_it() -> None:
    row = obx(SPO2, "97", PERCENT) + "||||000F14049B507238^DIPPER^000F14049B507238^EUI-64"
    assert message(row).aliases == ("000F14049B507238",)
    assert message(obx(SPO2, "97", PERCENT)).aliases == ("00A0370000000001",)


# --- times ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260301090000+0530", "2026-03-01T09:00:00+05:30"),
        ("20260301090000.1234-0330", "2026-03-01T09:00:00.123400-03:30"),
        ("20260301090000.275+0000", "2026-03-01T09:00:00.275+00:00"),
        ("20260301090000Z", "2026-03-01T09:00:00+00:00"),
        ("202603010900", "2026-03-01T09:00:00"),
        ("20260301090060", "2026-03-01T09:00:59.999999"),
        ("00000000000000", None),
        ("20260301", None),
        ("20261301090000", None),
        ("20260301090000+9900", None),
        ("99990301090000", None),
        ("2026-03-01T09:00:00", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_written_or_not_at_all(text: str, expected: str | None) -> None:
    assert iso(read_time(text)) == expected


@given(st.text(max_size=45))
def test_any_text_is_a_time_or_none(text: str) -> None:
    read_time(text)
    read_time("20260301" + text)


def test_in_the_repeated_hour_the_reading_nearest_to_its_receipt_is_meant() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    text = b"MSH|^~\\&|M||||20261025023000||ORU^R01|1|P|2.6\rOBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|97|%|||||R\r"
    for received_at in (datetime(2026, 10, 25, 0, 30, 5, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, 5, tzinfo=UTC)):
        found = decode(text, zone=berlin, received_at=received_at)
        (reading,) = found.observations
        assert reading.time is not None
        assert received_at - reading.time.astimezone(UTC) == timedelta(seconds=5)
        assert Notice.TIME_AMBIGUOUS in {each.notice for each in found.warnings}


# --- answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("ORU^R01^ORU_R01", Ack.AA),
        ("ORU^R01", Ack.AA),
        ("ORU^R40^ORU_R40", Ack.AA),
        ("ORU^R42^ORU_R01", Ack.AA),
        ("ADT^A08", Ack.AA),
        ("RGV^O15^RGV_O15", Ack.AR),
        ("QRY^A19", Ack.AR),
        ("QBP^ZV1", Ack.AR),
        ("ORM^O01", Ack.AR),
        ("MDM^T02", Ack.AR),
        ("ORU^R99", Ack.AR),
        ("", Ack.AR),
    ],
)
def test_what_is_served_is_accepted_and_the_rest_rejected_for_good(kind: str, code: Ack) -> None:
    found = message(obx(SPO2, "97", PERCENT), kind=kind)
    assert found.ack is code
    assert bool(found.observations) == (code is Ack.AA)


def test_an_unknown_major_version_is_rejected() -> None:
    assert message(obx(SPO2, "97", PERCENT), version="3.0").ack is Ack.AR


def test_the_answer_goes_back_to_the_sender_with_its_number_and_its_own_marks() -> None:
    text = b"MSH$*!?%$APP*1$FAC$US$HERE$20260301090000+0000$$ORU*R01$ID!7$P$2.5$$$NE$AL\rOBX$1$NM$X\r"
    found = decode(text)
    (answer,) = answers(found, stored=True, strict=False)
    rows = render(found, answer, at=datetime(2026, 3, 1, tzinfo=UTC), control_id="A1").decode().split("\r")
    assert rows[0] == "MSH$*!?%$US$HERE$APP*1$FAC$20260301000000+0000$$ACK*R01*ACK$A1$P$2.5$$$NE$NE$$ASCII"
    assert rows[1] == "MSA$AA$ID!7"


def test_a_failure_is_said_with_its_reason_and_a_rejection_stays_one() -> None:
    good, order = message(obx(SPO2, "97", PERCENT)), message(kind="RGV^O15")
    assert answers(good, stored=False, strict=False, reason="disk full") == (Answer(Ack.AE, "disk full"),)
    assert answers(order, stored=True, strict=False)[0].code is Ack.AR
    rendered = render(
        order, answers(order, stored=True, strict=False)[0], at=datetime(2026, 3, 1, tzinfo=UTC), control_id="A"
    )
    assert b"\rERR|||200^Unsupported message type^HL70357|E" in rendered


# --- duplicates -----------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H23")
def test_a_duplicate_needs_device_control_id_and_content() -> None:
    one, other = message(obx(SPO2, "97", PERCENT)), message(obx(SPO2, "96", PERCENT))
    assert content_hash(one) == content_hash(message(obx(SPO2, "97", PERCENT))) != content_hash(other)
    assert duplicate_key(one, "10.0.0.5:40000") == duplicate_key(one, "10.0.0.9:41000")
    nameless = decode(b"MSH|^~\\&|||||||ORU^R01|503|P|2.3.1|\rOBX||NM|101^HR|2101|60||||||F\r")
    assert nameless.device is None
    assert duplicate_key(nameless, "10.0.0.5:40000") == duplicate_key(nameless, "10.0.0.5:40001")
    assert duplicate_key(nameless, "10.0.0.5:40000") != duplicate_key(nameless, "10.0.0.6:40000")


# --- alarms of the device -------------------------------------------------------------------------------------------


def test_a_technical_alarm_says_which_lanes_it_silences() -> None:
    found = message("OBX||CE|4||205^SpO2 Sensor Off||||||F|", "OBX||CE|2|1|10044^**RR TOO LOW||||||F|", version="2.3.1")
    technical, physiological = found.alerts
    assert (technical.text, technical.technical) == ("SpO2 Sensor Off", True)
    assert technical.silenced_channels == ("spo2", "pulse", "perfusion_index")
    assert (physiological.technical, physiological.silenced_channels) == (False, ())
    assert found.kind is Kind.ALERT and not any(each.usable for each in found.observations)


def test_an_alarm_that_is_over_silences_nothing_and_its_numbers_are_context() -> None:
    found = message(
        "OBX|1|ST|196670^MDC_EVT_SENSOR_DISCONN^MDC|1.0.0.0.1|SpO2 sensor off||||||R",
        "OBX|2|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.0.0.0.2|end||||||R",
        "OBX|3|ST|68485^MDC_ATTR_ALARM_TYPE^MDC|1.0.0.0.3|ST||||||R",
        obx(SPO2, "85", PERCENT),
        kind="ORU^R40^ORU_R40",
    )
    (alarm,) = found.alerts
    assert (alarm.phase, alarm.technical, alarm.silenced_channels) == ("end", True, ())
    assert [each.usable for each in found.observations if each.channel == "spo2"] == [False]
