package key

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"slices"
	"strings"
)

// OpenSSH's formats are read here and not by golang.org/x/crypto/ssh, because that
// makes every start of a program longer, whether or not there is such a key.

// isOpenSSH looks for a type of key and its base64 in any line, whatever stands
// before them: options, as in authorized_keys, or a host.
func isOpenSSH(data []byte) bool {
	for line := range bytes.Lines(data) {
		words := strings.Fields(string(line))
		for i, word := range words {
			if i > 0 && strings.HasPrefix(word, "AAAA") && isSSHType(words[i-1]) {
				return true
			}
		}
	}
	return false
}

// isSSHType reports whether a word names a type of key, usable or not.
func isSSHType(word string) bool {
	return slices.ContainsFunc([]string{"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"}, func(prefix string) bool {
		return strings.HasPrefix(word, prefix)
	})
}

// parseOpenSSH reads the lines of sshd(8), "AUTHORIZED_KEYS FILE FORMAT". Options
// are about logging in, and left aside.
func parseOpenSSH(data []byte, _ *password) (Set, error) {
	keys := collector{what: "OpenSSH"}
	index := 0
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			k, err := readOpenSSH(string(line))
			keys.add(index, k, err)
			index++
		}
	}
	return keys.collected()
}

func readOpenSSH(line string) (Key, error) {
	const form = "OpenSSH public key"
	public, err := sshPublic(sshBlob(line))
	switch {
	case err == errBroken: //nolint:errorlint // made in this package, never wrapped
		return Key{}, &UnusableError{What: form, Why: "is broken, or longer than any that is used"}
	case err != nil:
		return Key{}, &UnusableError{What: form, Why: err.Error()}
	}
	return newPublic(public, form)
}

// sshBlob is the key that a line holds, first or behind one other word. Its type
// stands before it and in it: that tells a key from options that look like one.
func sshBlob(line string) []byte {
	for range 2 {
		name, rest := cutWord(line)
		word, _ := cutWord(rest)
		blob, err := base64.StdEncoding.DecodeString(word)
		if r := (sshReader{rest: blob}); err == nil && string(r.text()) == name {
			return blob
		}
		line = rest
	}
	return nil
}

// cutWord takes the first word off a line. Blanks in double quotes are of the word.
func cutWord(line string) (word, rest string) {
	quoted := false
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"' && (i == 0 || line[i-1] != '\\'):
			quoted = !quoted
		case (c == ' ' || c == '\t') && !quoted:
			return line[:i], strings.TrimLeft(line[i:], " \t")
		}
	}
	return line, ""
}

// sshPublic reads a public key, which is yet to be checked. It refuses, among
// others, those of sticks (sk-…): their signatures are over more than the message.
func sshPublic(blob []byte) (crypto.PublicKey, error) {
	r := sshReader{rest: blob}
	name := string(r.text())
	curve := sshCurve(name)
	switch {
	case name == "ssh-rsa": // RFC 4253 §6.6
		e, n := r.mpint(), r.mpint()
		if r.done() && e.BitLen() <= big.NewInt(maxRSAExponent).BitLen() {
			return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
		}
	case name == "ssh-ed25519": // RFC 8709 §4
		if point := r.text(); r.done() {
			return ed25519.PublicKey(point), nil
		}
	case curve != nil: // RFC 5656 §3.1
		id, point := r.text(), r.text()
		public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
		if r.done() && strings.HasSuffix(name, "-"+string(id)) && err == nil {
			return public, nil
		}
	default:
		if r.text(); !r.failed && isSSHType(name) && isSSHName(name) {
			return nil, unfitf("is of the type %s, which no JWS algorithm uses", name)
		}
	}
	return nil, errBroken
}

// sshCurve is the curve of a type of key (RFC 5656 §10.1).
func sshCurve(name string) elliptic.Curve {
	switch name {
	case "ecdsa-sha2-nistp256":
		return elliptic.P256()
	case "ecdsa-sha2-nistp384":
		return elliptic.P384()
	case "ecdsa-sha2-nistp521":
		return elliptic.P521()
	}
	return nil
}

// isSSHName reports whether a name is one by RFC 4251 §6, and so can be printed.
func isSSHName(name string) bool {
	const longest = 64
	return len(name) <= longest && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' })
}

// An sshReader takes one value after the other (RFC 4251 §5). Once one of them is
// not whole it has failed, and the others are empty.
type sshReader struct {
	rest   []byte
	failed bool
}

// done reports whether all there was has been read.
func (r *sshReader) done() bool { return !r.failed && len(r.rest) == 0 }

func (r *sshReader) take(n uint32) (taken []byte) {
	if r.failed = r.failed || uint64(n) > uint64(len(r.rest)); r.failed {
		return nil
	}
	taken, r.rest = r.rest[:n:n], r.rest[n:]
	return taken
}

func (r *sshReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *sshReader) text() []byte { return r.take(r.uint32()) }

// mpint reads a number, unless it is negative or longer than any of a key.
func (r *sshReader) mpint() *big.Int {
	b := r.text()
	if len(b) > maxRSABits/8+1 || len(b) > 0 && b[0]&0x80 != 0 { // one byte for the sign
		r.failed = true
		return new(big.Int)
	}
	return new(big.Int).SetBytes(b)
}
