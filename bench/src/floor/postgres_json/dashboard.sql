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
    SELECT coalesce(json_agg(newest), '[]') AS nodes
    FROM (
        SELECT id, report_date AS "reportDate", workload_feeling AS "workloadFeeling", work_type AS "workType",
            feeling_during_work AS "feelingDuringWork", biggest_win AS "biggestWin",
            what_completed AS "whatCompleted", had_daily_sync AS "hadDailySync"
        FROM end_of_day_reports WHERE pairing_id = page.id
        ORDER BY report_date DESC, id DESC LIMIT 5
    ) newest
) reports
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(newest), '[]') AS nodes
    FROM (
        SELECT alerts.id, alerts.severity, alerts.status,
            to_char(detected_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "detectedAt",
            json_build_object('id', rule.id, 'name', rule.name, 'severity', rule.severity) AS rule
        FROM alerts JOIN alert_rules rule ON rule.id = rule_id
        WHERE pairing_id = page.id AND status IN ('NEW', 'INVESTIGATING', 'WORKING_ON')
        ORDER BY detected_at DESC, alerts.id DESC LIMIT 10
    ) newest
) alerts
