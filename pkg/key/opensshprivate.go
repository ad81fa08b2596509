package key

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/subtle"
	"math/big"
)

// maxSSHPrivate is how long the private part may be, in bytes: RSA 16384 has 9 KiB,
// and there is a comment.
const maxSSHPrivate = 16 << 10

// maxSSHRounds is how often bcrypt may run: some seconds. The default is 16.
const maxSSHRounds = 2048

// parseOpenSSHPrivate reads "openssh-key-v1".
// Source: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
func parseOpenSSHPrivate(data []byte, secret *password) (any, error) {
	body, ok := bytes.CutPrefix(data, []byte("openssh-key-v1\x00"))
	r := sshReader{rest: body}
	method, kdf, options := string(r.text()), string(r.text()), sshReader{rest: r.text()}
	keys, blob, private := r.uint32(), r.text(), r.text()
	if !ok || r.failed || keys != 1 {
		return nil, errBroken
	}
	if len(private) > maxSSHPrivate {
		return nil, unfitf("has %d bytes of private numbers; more than %d are refused", len(private), maxSSHPrivate)
	}
	public, err := sshPublic(blob)
	if err != nil {
		return nil, err
	}
	if _, err := check(public); err != nil {
		return nil, unfitError{err}
	}
	if method == "none" {
		return sshPrivate(private, blob, public)
	}

	salt, rounds := options.text(), options.uint32()
	switch {
	case kdf != "bcrypt" || method != "aes256-ctr" && method != "aes256-cbc":
		return nil, errOldScheme
	case !options.done() || len(salt) == 0 || rounds == 0 || len(private) == 0 || len(private)%aes.BlockSize != 0:
		return nil, errBroken
	case rounds > maxSSHRounds:
		return nil, unfitf("demands %d rounds of bcrypt; more than %d are refused", rounds, maxSSHRounds)
	}
	text, ok := secret.get()
	if !ok {
		return nil, errEncrypted
	}
	const aes256 = 32
	derived := bcryptPBKDF(text, salt, int(rounds), aes256+aes.BlockSize)
	block, err := aes.NewCipher(derived[:aes256])
	if err != nil {
		return nil, errBroken
	}
	plain, iv := make([]byte, len(private)), derived[aes256:]
	if method == "aes256-cbc" {
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, private)
	} else {
		cipher.NewCTR(block, iv).XORKeyStream(plain, private)
	}
	signer, err := sshPrivate(plain, blob, public)
	if err != nil { // there is no telling garbage from a key that was damaged
		return nil, secret.wrong()
	}
	return signer, nil
}

// sshPrivate reads the private part of a key whose public part was checked. It holds
// the public part once more.
func sshPrivate(plain, blob []byte, public crypto.PublicKey) (crypto.Signer, error) {
	r := sshReader{rest: plain}
	ok := subtle.ConstantTimeCompare(r.take(4), r.take(4)) == 1 // the same random number: it was decrypted
	var private crypto.Signer
	switch public := public.(type) {
	case *rsa.PublicKey: // in another order
		name, n, e, d := string(r.text()), r.mpint(), r.mpint(), r.mpint()
		_, p, q := r.mpint(), r.mpint(), r.mpint() // the first is computed from the others
		ok = ok && name == "ssh-rsa" && n.Cmp(public.N) == 0 && e.Cmp(big.NewInt(int64(public.E))) == 0
		if !ok || r.failed || checkNumbers(n, d, p, q, true) != nil {
			return nil, errBroken
		}
		whole := &rsa.PrivateKey{PublicKey: *public, D: d, Primes: []*big.Int{p, q}}
		whole.Precompute()
		private = whole
	case ed25519.PublicKey:
		again, both := r.take(uint32(len(blob))), r.text()
		ok = ok && bytes.Equal(again, blob) && len(both) == ed25519.PrivateKeySize
		private = ed25519.PrivateKey(both)
	case *ecdsa.PublicKey:
		again, d := r.take(uint32(len(blob))), r.mpint()
		number := make([]byte, (public.Curve.Params().BitSize+7)/8)
		if d.BitLen() > 8*len(number) {
			return nil, errBroken
		}
		whole, err := ecdsa.ParseRawPrivateKey(public.Curve, d.FillBytes(number))
		ok = ok && bytes.Equal(again, blob) && err == nil && whole.PublicKey.Equal(public)
		private = whole
	}
	r.text() // a comment
	for i, padding := range r.rest {
		ok = ok && int(padding) == i+1
	}
	if !ok || r.failed {
		return nil, errBroken
	}
	return private, nil
}
