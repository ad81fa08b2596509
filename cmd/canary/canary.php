<?php
// Says what arrived of the Authorization header, and never the value. Put it where
// the real application is, behind the same server and in the same directory. Take it
// away again when you are done.
$names = [
    'HTTP_AUTHORIZATION', 'REDIRECT_HTTP_AUTHORIZATION', 'REDIRECT_REDIRECT_HTTP_AUTHORIZATION',
    'HTTP_X_AUTHORIZATION', 'HTTP_X_FORWARDED_AUTHORIZATION',
];
$carrier = null;
$value = '';
foreach ($names as $name) {
    if (!empty($_SERVER[$name])) {
        $carrier = $name;
        $value = $_SERVER[$name];
        break;
    }
}
if ($carrier === null && function_exists('getallheaders')) { // Apache has it here even where the variable is missing
    foreach (getallheaders() as $name => $field) {
        if (strcasecmp($name, 'Authorization') === 0 && $field !== '') {
            $carrier = 'getallheaders()';
            $value = $field;
        }
    }
}
$parts = explode(' ', $value, 2);
$credentials = isset($parts[1]) ? $parts[1] : '';
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode([
    'canary' => 'php',
    'seen' => $carrier !== null,
    'scheme' => $parts[0],
    'length' => strlen($credentials),
    'sha256_8' => $carrier === null ? '' : substr(hash('sha256', $credentials), 0, 8),
    'carrier' => $carrier,
]);
