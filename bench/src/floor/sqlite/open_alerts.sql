SELECT newest.id, newest.severity, newest.status, newest.detected_at, rule.id, rule.name, rule.severity
FROM (
    SELECT id, severity, status, detected_at, rule_id FROM alerts WHERE pairing_id = ?1 AND status = 'NEW'
    UNION ALL
    SELECT id, severity, status, detected_at, rule_id FROM alerts
    WHERE pairing_id = ?1 AND status = 'INVESTIGATING'
    UNION ALL
    SELECT id, severity, status, detected_at, rule_id FROM alerts
    WHERE pairing_id = ?1 AND status = 'WORKING_ON'
    ORDER BY detected_at DESC, id DESC LIMIT ?2
) newest
JOIN alert_rules rule ON rule.id = newest.rule_id
ORDER BY newest.detected_at DESC, newest.id DESC
