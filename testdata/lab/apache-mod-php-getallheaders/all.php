<?php
$authorization = getallheaders()['Authorization'] ?? '';
require __DIR__ . '/api.php';
