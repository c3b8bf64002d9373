"""The medicines that a rule speaks of, by what they are: generic names and the classes that the rules ask for.

Names of products stand beside the generic ones, for that is what a patient says: "Nardil" holds as phenelzine does.
This list serves the rules of this room and is no formulary: a medicine that is not on it is named as not looked at,
never taken for harmless. Which class a drug belongs to is general knowledge, unless a class names its source; the
strengths of the enzyme lists are not told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Drugs(StrEnum):
    """A class of medicines that a rule asks for."""

    BENZODIAZEPINE = "benzodiazepine"
    Z_DRUG = "z_drug"
    LAMOTRIGINE = "lamotrigine"
    OPIOID = "opioid"
    OPIOID_ANTAGONIST = "opioid_antagonist"
    CYP_INHIBITOR = "cyp_inhibitor"
    CYP_INDUCER = "cyp_inducer"
    STIMULANT = "stimulant"
    MAOI = "maoi"
    CNS_DEPRESSANT = "cns_depressant"
    LITHIUM = "lithium"
    BLUNTING_ANTIPSYCHOTIC = "blunting_antipsychotic"
    SECOND_GENERATION_ANTIPSYCHOTIC = "second_generation_antipsychotic"
    SSRI = "ssri"
    SNRI = "snri"
    TRICYCLIC = "tricyclic"
    OTHER_ANTIDEPRESSANT = "other_antidepressant"
    THEOPHYLLINE = "theophylline"
    MOOD_STABILISER = "mood_stabiliser"
    LEVEL_IS_MEASURED = "level_is_measured"
    THYROID_HORMONE_T3 = "thyroid_hormone_t3"
    NO_RULE = "no_rule"
    """Listed, and no rule of this room speaks of it."""


@dataclass(frozen=True, slots=True)
class Drug:
    """One medicine. also: other names it is told by, small letters."""

    name: str
    classes: frozenset[Drugs]
    also: tuple[str, ...] = ()


def _drugs(names: str, *classes: Drugs) -> tuple[Drug, ...]:
    """Several of the same classes; "name = other name = another" for one with other names."""
    found: list[Drug] = []
    for one in names.split(","):
        name, *also = (part.strip() for part in one.split("="))
        found.append(Drug(name, frozenset(classes), (*also, *_PRODUCTS.get(name, ()))))
    return tuple(found)


_SOLD_AS = (
    "alprazolam = xanax, clonazepam = klonopin = rivotril, lorazepam = ativan = tavor, temazepam = restoril, "
    "triazolam = halcion, quazepam = doral, estazolam = prosom, flurazepam = dalmane, "
    "chlordiazepoxide = librium, clorazepate = tranxene, clobazam = onfi = frisium, diazepam = valium, "
    "bromazepam = lexotanil = lexomil, midazolam = versed = dormicum, flunitrazepam = rohypnol, "
    "zolpidem = ambien = stilnox, zaleplon = sonata, eszopiclone = lunesta, zopiclone = imovane, "
    "lamotrigine = lamictal, naltrexone = revia = vivitrol, nalmefene = selincro, naloxone = narcan, "
    "oxycodone = oxycontin = percocet, hydrocodone = vicodin = norco, tramadol = ultram, "
    "tapentadol = nucynta = palexia, hydromorphone = dilaudid, buprenorphine = suboxone = subutex = butrans, "
    "fentanyl = duragesic, pethidine = demerol, pregabalin = lyrica, gabapentin = neurontin, "
    "promethazine = phenergan, hydroxyzine = vistaril = atarax, diphenhydramine = benadryl, "
    "cyclobenzaprine = flexeril, tizanidine = zanaflex, sodium oxybate = xyrem, fluconazole = diflucan, "
    "clarithromycin = biaxin, ritonavir = norvir = paxlovid, clopidogrel = plavix, phenytoin = dilantin, "
    "carbamazepine = tegretol, methylphenidate = ritalin = concerta, dexmethylphenidate = focalin, "
    "amphetamine = adderall, dexamphetamine = dexedrine, lisdexamfetamine = vyvanse = elvanse, "
    "modafinil = provigil, armodafinil = nuvigil, tranylcypromine = parnate = jatrosom, phenelzine = nardil, "
    "isocarboxazid = marplan, moclobemide = aurorix = manerix, selegiline = emsam, rasagiline = azilect, "
    "lithium = lithobid = eskalith = priadel = quilonum, valproate = depakote = depakene = epilim, "
    "clozapine = clozaril, risperidone = risperdal, haloperidol = haldol, quetiapine = seroquel, "
    "olanzapine = zyprexa, aripiprazole = abilify, lurasidone = latuda, cariprazine = vraylar = reagila, "
    "brexpiprazole = rexulti, ziprasidone = geodon, paliperidone = invega, citalopram = celexa, "
    "escitalopram = lexapro = cipralex, fluoxetine = prozac, paroxetine = paxil = seroxat, "
    "sertraline = zoloft = lustral, fluvoxamine = luvox, venlafaxine = effexor, desvenlafaxine = pristiq, "
    "duloxetine = cymbalta, levomilnacipran = fetzima, milnacipran = savella, amitriptyline = elavil, "
    "nortriptyline = pamelor, imipramine = tofranil, clomipramine = anafranil, mirtazapine = remeron, "
    "bupropion = wellbutrin = zyban, vilazodone = viibryd, vortioxetine = trintellix = brintellix, "
    "trazodone = desyrel, agomelatine = valdoxan, liothyronine = cytomel"
)
"""Names of products that patients and referrals say, each of one drug of the list; general knowledge, unverified."""

_PRODUCTS: dict[str, tuple[str, ...]] = {
    name: tuple(sold) for name, *sold in (re.split(r" *= *", one.strip()) for one in _SOLD_AS.split(","))
}

_D = Drugs
CATALOGUE: tuple[Drug, ...] = (
    *_drugs(
        "alprazolam, clonazepam, lorazepam, oxazepam, temazepam, triazolam, quazepam, estazolam, flurazepam,"
        "chlordiazepoxide, clorazepate, clobazam, nitrazepam, loprazolam, lormetazepam, diazepam,"
        "bromazepam, midazolam, flunitrazepam, prazepam, etizolam",
        _D.BENZODIAZEPINE,
        _D.CNS_DEPRESSANT,
    ),
    *_drugs("zolpidem, zopiclone, zaleplon, eszopiclone", _D.Z_DRUG, _D.CNS_DEPRESSANT),
    *_drugs("lamotrigine", _D.LAMOTRIGINE, _D.MOOD_STABILISER),
    *_drugs("naltrexone, nalmefene, naloxone", _D.OPIOID_ANTAGONIST),
    *_drugs(
        "morphine, oxycodone, hydrocodone, codeine, dihydrocodeine, tramadol, tapentadol, fentanyl, hydromorphone,"
        "methadone, buprenorphine, pethidine = meperidine",
        _D.OPIOID,
        _D.CNS_DEPRESSANT,
    ),
    *_drugs(
        "pregabalin, gabapentin, baclofen, phenobarbital = phenobarbitone, promethazine, hydroxyzine, diphenhydramine,"
        "doxylamine, cyclobenzaprine, tizanidine, sodium oxybate, meprobamate = carisoprodol",
        _D.CNS_DEPRESSANT,
    ),
    *_drugs(
        "ketoconazole, itraconazole, fluconazole, voriconazole, posaconazole, clarithromycin, erythromycin,"
        "ritonavir, cobicistat, grapefruit = grapefruit juice, clopidogrel, ticlopidine",
        _D.CYP_INHIBITOR,
    ),
    *_drugs("rifampicin = rifampin, phenytoin, st john's wort = hypericum = st johns wort", _D.CYP_INDUCER),
    *_drugs("carbamazepine", _D.CYP_INDUCER, _D.MOOD_STABILISER),
    *_drugs(
        "methylphenidate, dexmethylphenidate, amphetamine = amfetamine, dexamphetamine = dexamfetamine = "
        "dextroamphetamine, lisdexamfetamine = lisdexamphetamine, modafinil, armodafinil",
        _D.STIMULANT,
    ),
    *_drugs("tranylcypromine, phenelzine, isocarboxazid, moclobemide, selegiline, rasagiline", _D.MAOI),
    *_drugs("lithium = lithium carbonate", _D.LITHIUM, _D.MOOD_STABILISER, _D.LEVEL_IS_MEASURED),
    *_drugs("valproate = valproic acid = divalproex", _D.MOOD_STABILISER, _D.LEVEL_IS_MEASURED),
    *_drugs("clozapine, risperidone", _D.BLUNTING_ANTIPSYCHOTIC, _D.SECOND_GENERATION_ANTIPSYCHOTIC),
    *_drugs("haloperidol", _D.BLUNTING_ANTIPSYCHOTIC),
    *_drugs(
        "quetiapine, olanzapine, aripiprazole, lurasidone, cariprazine",
        _D.SECOND_GENERATION_ANTIPSYCHOTIC,
        _D.MOOD_STABILISER,
    ),
    *_drugs("brexpiprazole, ziprasidone, paliperidone, amisulpride", _D.SECOND_GENERATION_ANTIPSYCHOTIC),
    *_drugs("citalopram, escitalopram, fluoxetine, paroxetine, sertraline, fluvoxamine", _D.SSRI),
    *_drugs("venlafaxine, desvenlafaxine, duloxetine, levomilnacipran, milnacipran", _D.SNRI),
    *_drugs(
        "amitriptyline, nortriptyline, imipramine, desipramine, clomipramine, doxepin, dosulepin, trimipramine,"
        "protriptyline, lofepramine",
        _D.TRICYCLIC,
    ),
    *_drugs("mirtazapine, bupropion, vilazodone, vortioxetine, trazodone, agomelatine", _D.OTHER_ANTIDEPRESSANT),
    *_drugs("theophylline, aminophylline", _D.THEOPHYLLINE),
    *_drugs("liothyronine = t3", _D.THYROID_HORMONE_T3),
    *_drugs(
        "levothyroxine, paracetamol = acetaminophen, ibuprofen, metformin, amlodipine, lisinopril, ramipril, losartan,"
        "bisoprolol, metoprolol, atorvastatin, simvastatin, omeprazole, pantoprazole, folic acid, vitamin d,"
        "melatonin, salbutamol = albuterol",
        _D.NO_RULE,
    ),
)

OF_NAME: dict[str, Drug] = {told: drug for drug in CATALOGUE for told in (drug.name, *drug.also)}
ANTIDEPRESSANTS = frozenset({_D.SSRI, _D.SNRI, _D.TRICYCLIC, _D.OTHER_ANTIDEPRESSANT, _D.MAOI})


def _words(told: str) -> str:
    plain = re.sub(r"[^\w' ]+", " ", told.casefold().replace("’", "'"))
    return f" {' '.join(plain.split())} "


@cache
def drugs_in(told: str) -> tuple[Drug, ...]:
    """The listed medicines in a name as it was told ("Sertraline 50 mg", "olanzapine/fluoxetine"); none: not listed."""
    words = _words(told)
    found = {drug.name: drug for name, drug in OF_NAME.items() if f" {name} " in words}
    return tuple(found[name] for name in sorted(found))


_BESIDE = (
    "and with plus or the a an of in at as by for to mg mcg ug µg μg g ml l iu units unit percent tablet tablets "
    "tab tabs capsule capsules cap caps drop drops patch patches spray inhaler syrup solution modified extended "
    "sustained prolonged immediate slow release xr er sr cr mr la ir xl dr ec retard depot forte hydrochloride "
    "hcl hydrobromide hbr tartrate maleate mesylate mesilate succinate besylate besilate fumarate oxalate sulfate "
    "sulphate sodium calcium potassium acetate phosphate citrate carbonate oral orally po low high dose doses "
    "once twice three four times daily day days week weekly weeks per each every hour hours hourly night nightly "
    "nocte morning mornings evening evenings noon bedtime mane od bd bid tds tid qds qid qd om on prn needed "
    "required"
)
_BESIDE_NAMES = frozenset(_BESIDE.split())
"""What stands beside a medicine's name and names none: doses, forms, salts, times of the day, joiners."""


@cache
def words_not_looked_at(told: str) -> tuple[str, ...]:
    """What is left of a name as it was told without listed names, doses and joiners ("omeprazole and linezolid")."""
    words = _words(told)
    for name in sorted(OF_NAME, key=len, reverse=True):
        words = words.replace(f" {name} ", " ")
    return tuple(one for one in words.split() if one not in _BESIDE_NAMES and not re.fullmatch(r"\d+[a-zµμ]{0,3}", one))


def classes_of(told: str) -> frozenset[Drugs]:
    """Every class that a medicine told by this name belongs to."""
    return frozenset().union(*(drug.classes for drug in drugs_in(told)))


def names_of(classes: Iterable[Drugs]) -> tuple[str, ...]:
    """The listed names of these classes, in order."""
    asked = frozenset(classes)
    return tuple(sorted(drug.name for drug in CATALOGUE if drug.classes & asked))
