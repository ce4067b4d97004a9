WITH page AS (
    SELECT row_number() OVER (ORDER BY created_at DESC, id DESC) AS place, rows.*
    FROM (
        (SELECT id, start_date, health_status, ea_id, client_id, created_at FROM pairings
         WHERE health_status = 'RED' ORDER BY created_at DESC, id DESC LIMIT 51)
        UNION ALL
        (SELECT id, start_date, health_status, ea_id, client_id, created_at FROM pairings
         WHERE health_status = 'YELLOW' ORDER BY created_at DESC, id DESC LIMIT 51)
        ORDER BY created_at DESC, id DESC LIMIT 51
    ) rows
)
SELECT json_build_object('data', json_build_object('pairings', json_build_object(
    'nodes', coalesce(json_agg(json_build_object(
        'id', page.id,
        'startDate', page.start_date,
        'healthStatus', page.health_status,
        'ea', json_build_object('id', page.ea_id, 'user', json_build_object(
            'id', users.id, 'name', users.name, 'email', users.email)),
        'client', json_build_object('id', clients.id, 'name', clients.name),
        'reports', json_build_object('nodes', reports.nodes),
        'alerts', json_build_object('nodes', alerts.nodes)
    ) ORDER BY place) FILTER (WHERE place <= 50), '[]'),
    'pageInfo', json_build_object(
        'hasNextPage', count(*) > 50,
        'endCursor', max(encode(convert_to(concat_ws(' ', page.created_at, page.id), 'UTF8'), 'base64'))
            FILTER (WHERE place = least(50, (SELECT count(*) FROM page))))
)))::text
FROM page
JOIN users ON users.id = page.ea_id
JOIN clients ON clients.id = page.client_id
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
        'id', id,
        'reportDate', report_date,
        'workloadFeeling', workload_feeling,
        'workType', work_type,
        'feelingDuringWork', feeling_during_work,
        'biggestWin', biggest_win,
        'whatCompleted', what_completed,
        'hadDailySync', had_daily_sync)), '[]') AS nodes
    FROM (
        SELECT * FROM end_of_day_reports WHERE pairing_id = page.id
        ORDER BY report_date DESC, id DESC LIMIT 5
    ) newest
) reports
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object(
        'id', newest.id,
        'severity', newest.severity,
        'status', newest.status,
        'detectedAt', to_char(newest.detected_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'rule', json_build_object('id', rule.id, 'name', rule.name, 'severity', rule.severity))), '[]') AS nodes
    FROM (
        SELECT id, severity, status, detected_at, rule_id FROM alerts
        WHERE pairing_id = page.id AND status IN ('NEW', 'INVESTIGATING', 'WORKING_ON')
        ORDER BY detected_at DESC, id DESC LIMIT 10
    ) newest
    JOIN alert_rules rule ON rule.id = newest.rule_id
) alerts
