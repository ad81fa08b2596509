<?php
require __DIR__ . '/api.php';
