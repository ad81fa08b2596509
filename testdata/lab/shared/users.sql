-- mariadbd runs this as it starts, one statement a line. The users are test users,
-- and the passwords in these files open nothing but the lab.
CREATE DATABASE lab CHARACTER SET utf8mb4;
CREATE USER 'app'@'localhost' IDENTIFIED BY 'test-password-of-the-database';
CREATE TABLE lab.users (id INT PRIMARY KEY AUTO_INCREMENT, username VARCHAR(190) NOT NULL UNIQUE, password VARCHAR(255) NOT NULL);
INSERT INTO lab.users (id, username, password) VALUES (7, 'lab', 'pbkdf2:sha256:260000$PIW7R8mGiw70uY40$874e36e5cccd3231b158408e669dc42e46ef4ebcc1c42620257a1046d455d786');
GRANT SELECT ON lab.users TO 'app'@'localhost';
