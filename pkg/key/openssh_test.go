package key_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// openSSH are the keys of testdata/keys in OpenSSH's own formats, and the file with
// the same key.
var openSSH = map[string]struct{ form, twin string }{
	"rsa.openssh.pem":     {"OpenSSH private key", "rsa.pem"},
	"ec256.openssh.pem":   {"OpenSSH private key", "ec256.pem"},
	"ec384.openssh.pem":   {"OpenSSH private key", "ec384.pem"},
	"ec521.openssh.pem":   {"OpenSSH private key", "ec521.pem"},
	"ed25519.openssh.pem": {"OpenSSH private key", "ed25519.pem"},
	"rsa.openssh.pub":     {"OpenSSH public key", "rsa.pem"},
	"ec256.openssh.pub":   {"OpenSSH public key", "ec256.pem"},
	"ec384.openssh.pub":   {"OpenSSH public key", "ec384.pem"},
	"ec521.openssh.pub":   {"OpenSSH public key", "ec521.pem"},
	"ed25519.openssh.pub": {"OpenSSH public key", "ed25519.pem"},
}

func TestOpenSSH(t *testing.T) {
	for name, want := range openSSH {
		data := file(t, name)
		for how, data := range map[string][]byte{
			"":                    data,
			" with CRLF":          bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
			" without a newline":  bytes.TrimSpace(data),
			" with more newlines": []byte("\n\n" + string(data) + "\n\n"),
		} {
			k, twin := one(t, data), one(t, file(t, want.twin))
			if k.Form != want.form || k.Thumbprint() != twin.Thumbprint() || k.CanSign() != strings.Contains(k.Form, "private") {
				t.Errorf("%s%s is a %v in %s", name, how, k, k.Form)
			}
		}
	}
}

func TestOpenSSHLines(t *testing.T) {
	line := strings.TrimSpace(string(file(t, "ed25519.openssh.pub")))
	words := strings.Fields(line)
	other := strings.TrimSpace(string(file(t, "ec256.openssh.pub")))
	for _, one := range []struct {
		name, text, want string
		unusable         int
	}{
		{"no comment", words[0] + " " + words[1], "Ed25519", 0},
		{"a comment with blanks", line + " of the house", "Ed25519", 0},
		{"a comment that is a key", words[0] + " " + words[1] + " " + other, "Ed25519", 0},
		{"tabs", strings.ReplaceAll(line, " ", "\t"), "Ed25519", 0},
		{"options", "no-pty,from=\"10.0.0.0/8\" " + line, "Ed25519", 0},
		{"options with blanks", "command=\"echo \\\"a b\\\"\",no-pty " + line, "Ed25519", 0},
		{"options that hold a key", "command=\"" + other + "\" " + line, "Ed25519", 0},
		{"a host", "host.example.com " + line, "Ed25519", 0},
		{"two lines", line + "\n" + other, "Ed25519, P-256", 0},
		{"the same twice", line + "\n" + line, "Ed25519", 0},
		{"comments and blank lines", "# mine\n\n" + line + "\n", "Ed25519", 0},
		{"one is broken", "ssh-rsa AAAA\n" + line, "Ed25519", 1},
	} {
		set, err := key.Parse([]byte(one.text))
		var kinds []string
		for _, k := range set.Keys {
			kinds = append(kinds, string(k.Kind()))
		}
		if got := strings.Join(kinds, ", "); err != nil || got != one.want || len(set.Unusable) != one.unusable {
			t.Errorf("%s: %s, not %v: %v", one.name, got, set.Unusable, err)
		}
		if key.Recognise([]byte(one.text)) != "an OpenSSH public key" {
			t.Errorf("%s: it could be a secret", one.name)
		}
	}
}

func TestOpenSSHRefused(t *testing.T) {
	wire := func(fields ...[]byte) (blob []byte) { // RFC 4251 §5
		for _, f := range fields {
			blob = append(binary.BigEndian.AppendUint32(blob, uint32(len(f))), f...)
		}
		return blob
	}
	line := func(name string, fields ...[]byte) []byte {
		blob := wire(append([][]byte{[]byte(name)}, fields...)...)
		return []byte(name + " " + base64.StdEncoding.EncodeToString(blob) + " x\n")
	}
	point := bytes.Repeat([]byte{1}, 32)
	ed := strings.Fields(string(file(t, "ed25519.openssh.pub")))[1]
	for _, row := range []struct {
		name string
		data []byte
		says string
	}{
		{"a stick's", line("sk-ssh-ed25519@openssh.com", point, []byte("ssh:")), "is of the type sk-ssh-ed25519@openssh.com, which no JWS algorithm uses"},
		{"DSA", line("ssh-dss", odd(1024).Bytes(), []byte{2}, []byte{2}, []byte{2}), "OpenSSH public key is"},
		{"RSA 512", line("ssh-rsa", []byte{1, 0, 1}, append([]byte{0}, odd(512).Bytes()...)), "has 512 bits"},
		{"RSA, negative", line("ssh-rsa", []byte{1, 0, 1}, odd(2048).Bytes()), "is broken"},
		{"a certificate", line("ssh-rsa-cert-v01@openssh.com", point, point), "is of the type ssh-rsa-cert-v01@openssh.com, which"},
		{"a name that is not to be printed", line("ssh-\x1b[31m", point), "is broken"},
		{"another curve in it", line("ecdsa-sha2-nistp256", []byte("nistp384"), point), "is broken"},
		{"off the curve", line("ecdsa-sha2-nistp256", []byte("nistp256"), append([]byte{4}, append(point, point...)...)), "is broken"},
		{"more behind it", line("ssh-ed25519", point, point), "is broken"},
		{"RSA 20000", line("ssh-rsa", []byte{1, 0, 1}, append([]byte{0}, odd(20000).Bytes()...)), "longer than any that is used"},
		{"another name in front", []byte("ssh-rsa " + ed), "is broken"},
		{"cut", []byte("ssh-ed25519 " + ed[:40]), "is broken"},
		{"small order", line("ssh-ed25519", make([]byte, 32)), "small order"},
	} {
		set, err := key.Parse(row.data)
		if e := wantUnusable(t, err, row.says); e.What != "OpenSSH public key" || len(set.Keys) > 0 {
			t.Errorf("%s: %v, %v", row.name, set.Keys, err)
		}
	}

	// More rounds than anybody waits for; refused before a password is asked for.
	whole, _ := pem.Decode(file(t, "ed25519.openssh.aes256-ctr.pem"))
	const rounds = "\x00\x00\x00\x01\x00\x00\x00\x01" // one, then how many keys
	for _, n := range []string{"\x00\x00\x08\x01", "\xff\xff\xff\xff"} {
		changed := block(whole.Type, bytes.Replace(whole.Bytes, []byte(rounds), []byte(n+"\x00\x00\x00\x01"), 1))
		var asked int
		_, err := key.ParseEncrypted(changed, password("test", &asked))
		if wantUnusable(t, err, "rounds of bcrypt; more than 2048 are refused"); asked > 0 {
			t.Errorf("asked %d times", asked)
		}
	}
}

// TestOpenSSHChecked: what holds no number of the key is checked all the same.
func TestOpenSSHChecked(t *testing.T) {
	for name, kind := range map[string]string{"rsa.openssh.pem": "ssh-rsa", "ec521.openssh.pem": "ecdsa-sha2-nistp521", "ed25519.openssh.pem": "ssh-ed25519"} {
		whole, _ := pem.Decode(file(t, name))
		again := bytes.LastIndex(whole.Bytes, []byte(kind))
		for what, at := range map[string]int{"check": again - 5, "type": again, "public part": again + 50, "padding": len(whole.Bytes) - 1} {
			changed := bytes.Clone(whole.Bytes)
			changed[at] ^= 1
			set, err := key.Parse(block(whole.Type, changed))
			if wantUnusable(t, err, "OpenSSH private key is broken"); len(set.Keys) > 0 {
				t.Errorf("%s with another %s is %v", name, what, set.Keys)
			}
		}
	}
}

// TestF6HugeOpenSSH: as TestF6HugeRSA.
func TestF6HugeOpenSSH(t *testing.T) {
	r := rsaKey(t)
	d, p, q := r.D, r.Primes[0], r.Primes[1]
	for _, bits := range []int{8193, 16384, 30_000, 2_000_000} {
		huge := odd(bits)
		for _, n := range [][]*big.Int{{huge, d, p, q}, {r.N, huge, p, q}, {r.N, d, huge, q}, {r.N, d, p, huge}, {huge, huge, huge, huge}} {
			public := ssh.Marshal(struct {
				Type string
				E, N *big.Int
			}{"ssh-rsa", big.NewInt(65537), n[0]})
			private := ssh.Marshal(struct {
				Check                  uint64
				Type                   string
				N, E, D, Inverse, P, Q *big.Int
				Comment                string
			}{0, "ssh-rsa", n[0], big.NewInt(65537), n[1], big.NewInt(1), n[2], n[3], ""})
			data := append([]byte("openssh-key-v1\x00"), ssh.Marshal(struct {
				Cipher, KDF, Options string
				Keys                 uint32
				Public, Private      []byte
			}{"none", "none", "", 1, public, private})...)
			set, err := key.Parse(block("OPENSSH PRIVATE KEY", data))
			if wantUnusable(t, err, "OpenSSH private key "); len(set.Keys) > 0 {
				t.Errorf("with numbers of %d bits it is %v", bits, set.Keys)
			}
		}
	}
}

// TestOpenSSHDamaged: nothing that is cut or changed is another key, or ends in a panic.
func TestOpenSSHDamaged(t *testing.T) {
	for _, name := range []string{"ed25519.openssh.pem", "ec256.openssh.pem", "ed25519.openssh.aes256-ctr.pem"} {
		whole, _ := pem.Decode(file(t, name))
		for i := 0; i < len(whole.Bytes); i += 3 { // bcrypt takes its time
			flipped := bytes.Clone(whole.Bytes)
			flipped[i] ^= 1 << (i % 8)
			for how, data := range map[string][]byte{"cut": whole.Bytes[:i], "changed": flipped} {
				var asked int
				set, err := key.ParseEncrypted(block(whole.Type, data), password("test", &asked))
				_, unusable := errors.AsType[*key.UnusableError](err)
				if err != nil && !unusable && !errors.Is(err, key.ErrPassword) || err == nil && how == "cut" {
					t.Errorf("%s %s at %d: %v, %v", name, how, i, set.Keys, err)
				}
			}
		}
	}
}
