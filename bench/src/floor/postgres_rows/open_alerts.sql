SELECT parent.place, newest.id, newest.severity, newest.status, newest.detected_at, rule.id, rule.name,
    rule.severity
FROM unnest($1::uuid[]) WITH ORDINALITY parent (id, place)
CROSS JOIN LATERAL (
    SELECT id, severity, status, detected_at, rule_id FROM alerts
    WHERE pairing_id = parent.id AND status IN ('NEW', 'INVESTIGATING', 'WORKING_ON')
    ORDER BY detected_at DESC, id DESC LIMIT $2
) newest
JOIN alert_rules rule ON rule.id = newest.rule_id
ORDER BY parent.place, newest.detected_at DESC, newest.id DESC
