<?php
$key = openssl_pkey_get_private(file_get_contents(getenv('SIGNER_KEY_FILE')));

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function token_for(string $user, OpenSSLAsymmetricKey $key): string
{
    $now = time();
    $header = ['alg' => 'RS256', 'kid' => getenv('SIGNER_KEY_ID')];
    $claims = [
        'iss' => getenv('SIGNER_ID'), 'aud' => getenv('EDGE'), 'sub' => $user,
        'iat' => $now, 'exp' => $now + 120, 'jti' => bin2hex(random_bytes(16)),
    ];
    $text = implode('.', array_map(
        fn (array $part) => base64url(json_encode($part, JSON_THROW_ON_ERROR)),
        [$header, $claims],
    ));
    if (!openssl_sign($text, $signature, $key, OPENSSL_ALGO_SHA256)) {
        throw new RuntimeException('The key does not sign.');
    }
    return $text . '.' . base64url($signature);
}

echo token_for($argv[1], $key), PHP_EOL;
