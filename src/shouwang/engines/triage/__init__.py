"""
Triage: what is this, whose is it, how urgent, and why.

    from shouwang.engines.triage.diversion import Knowledge, Report, triage

    knowledge = Knowledge.load()                    # once, then keep it
    result = triage(Report(text, now=now, zone=zone, region="36"), knowledge)
    result.suggestions[0].subtype, result.urgency, result.facts.loss

Parts that stand alone: ``danger`` (words of danger), ``personal`` (what identifies a person), ``extract`` (amounts, times, places,
…), ``classify`` and ``learning`` (a text classifier), ``nature`` (crime or violation). Nothing is imported here, so that who
needs only the words of danger does not load the rest.
"""
