<?php
// A small API in PHP. Debian has no JWT library for it, so this checks HS256 by
// hand. /me answers in the words of the plugin "JWT Authentication for WP REST API",
// and /rfc6750/me as RFC 6750 §3 says. Like most code it looks in one place. A
// deployment whose own code looks elsewhere sets $authorization first.

declare(strict_types=1);

$authorization ??= $_SERVER['HTTP_AUTHORIZATION'] ?? '';
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

function answer(int $status, array $body): never
{
    http_response_code($status);
    header('Content-Type: application/json; charset=UTF-8');
    echo json_encode($body);
    exit;
}

function refuse(string $code, string $message): never
{
    if ($GLOBALS['path'] === '/rfc6750/me') {
        $error = match (true) {
            $code !== 'invalid_token' => '', // there was none
            $message === 'Expired token' => ', error="invalid_token", error_description="The access token expired"',
            default => ', error="invalid_token"',
        };
        header('WWW-Authenticate: Bearer realm="lab"' . $error);
        answer(401, ['error' => $error === '' ? 'no access token' : 'the token is not valid']);
    }
    answer(403, ['code' => 'jwt_auth_' . $code, 'message' => $message, 'data' => ['status' => 403]]);
}

function unpacked(string $segment): string
{
    return (string) base64_decode(strtr($segment, '-_', '+/'), true);
}

function user(string $token): string
{
    $segments = explode('.', $token);
    if (count($segments) !== 3) {
        refuse('invalid_token', 'Wrong number of segments');
    }
    [$header, $payload, $signature] = $segments;
    if ((json_decode(unpacked($header), true)['alg'] ?? '') !== 'HS256') {
        refuse('invalid_token', 'Incorrect key for this algorithm');
    }
    $expected = hash_hmac('sha256', $header . '.' . $payload, file_get_contents(__DIR__ . '/secret.txt'), true);
    if (!hash_equals($expected, unpacked($signature))) {
        refuse('invalid_token', 'Signature verification failed');
    }
    $claims = json_decode(unpacked($payload), true);
    if (($claims['exp'] ?? 0) <= time()) {
        refuse('invalid_token', 'Expired token');
    }
    return $claims['sub'];
}

[$scheme, $credentials] = explode(' ', $authorization . ' ', 2);
$credentials = substr($credentials, 0, -1);

switch ($path) {
    case '/echo': // see echo.py
        answer(200, $scheme === '' ? ['seen' => false, 'scheme' => '', 'sha256_8' => ''] : [
            'seen' => true, 'scheme' => $scheme, 'sha256_8' => substr(hash('sha256', $credentials), 0, 8),
        ]);
    case '/me':
    case '/rfc6750/me':
        if ($authorization === '') {
            refuse('no_auth_header', 'Authorization header not found.');
        }
        if ($scheme !== 'Bearer') {
            refuse('bad_auth_header', 'Authorization header malformed.');
        }
        answer(200, ['user' => user(strtok($credentials, ' '))]);
    default:
        answer(404, ['code' => 'rest_no_route']);
}
