package key

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/pem"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// sshTypes are the types of keys in OpenSSH's formats that can be used for JWS.
var sshTypes = []string{ssh.KeyAlgoRSA, ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521}

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
			k, err := readOpenSSH(line)
			keys.add(index, k, err)
			index++
		}
	}
	return keys.collected()
}

func readOpenSSH(line []byte) (Key, error) {
	const form = "OpenSSH public key"
	public, _, _, _, err := ssh.ParseAuthorizedKey(line)
	if err != nil {
		return Key{}, &UnusableError{What: form, Why: "is broken, or longer than any that is used"} // the library refuses RSA 16385
	}
	bare, err := sshPublic(public)
	if err != nil {
		return Key{}, &UnusableError{What: form, Why: err.Error()}
	}
	return newPublic(bare, form)
}

// sshPublic refuses, among others, the keys of sticks (sk-…): their signatures are
// over more than the message.
func sshPublic(public ssh.PublicKey) (crypto.PublicKey, error) {
	bare, ok := public.(ssh.CryptoPublicKey)
	if !ok || !slices.Contains(sshTypes, public.Type()) {
		return nil, unfitf("is of the type %s, which no JWS algorithm uses", public.Type()) // one that the library knows
	}
	return bare.CryptoPublicKey(), nil
}

// maxSSHPrivate is how long the private part may be, in bytes: RSA 16384 has 9 KiB,
// and there is a comment. Longer numbers take the library long to refuse.
const maxSSHPrivate = 16 << 10

// maxSSHRounds is how often bcrypt may run, as in the library: some seconds. The
// default is 16.
const maxSSHRounds = 2048

// parseOpenSSHPrivate reads "openssh-key-v1" (PROTOCOL.key of OpenSSH).
func parseOpenSSHPrivate(data []byte, secret *password) (any, error) {
	var front struct {
		Cipher, KDF string
		Options     []byte
		Keys        uint32
		Public      []byte
		Private     []byte
		Rest        []byte `ssh:"rest"`
	}
	body, ok := bytes.CutPrefix(data, []byte("openssh-key-v1\x00"))
	if !ok || ssh.Unmarshal(body, &front) != nil || front.Keys != 1 {
		return nil, errBroken
	}
	if len(front.Private) > maxSSHPrivate {
		return nil, unfitf("has %d bytes of private numbers; more than %d are refused", len(front.Private), maxSSHPrivate)
	}
	public, err := ssh.ParsePublicKey(front.Public)
	if err != nil {
		return nil, errBroken
	}
	bare, err := sshPublic(public)
	if err != nil {
		return nil, err
	}
	if _, err := check(bare); err != nil {
		return nil, unfitError{err}
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: data})
	if front.Cipher == "none" {
		return sshPrivate(ssh.ParseRawPrivateKey(block))
	}

	var options struct {
		Salt   []byte
		Rounds uint32
	}
	switch {
	case front.KDF != "bcrypt" || front.Cipher != "aes256-ctr" && front.Cipher != "aes256-cbc":
		return nil, errOldScheme
	case ssh.Unmarshal(front.Options, &options) != nil:
		return nil, errBroken
	case options.Rounds > maxSSHRounds:
		return nil, unfitf("demands %d rounds of bcrypt; more than %d are refused", options.Rounds, maxSSHRounds)
	}
	text, ok := secret.get()
	if !ok {
		return nil, errEncrypted
	}
	private, err := sshPrivate(ssh.ParseRawPrivateKeyWithPassphrase(block, text))
	if err != nil { // there is no telling garbage from a key that was damaged
		return nil, secret.wrong()
	}
	return private, nil
}

// sshPrivate is the key that the library read. Its errors are not passed on: they
// quote what was decrypted.
func sshPrivate(private any, err error) (any, error) {
	if err != nil {
		return nil, errBroken
	}
	if own, ok := private.(*ed25519.PrivateKey); ok {
		return *own, nil
	}
	return private, nil
}
