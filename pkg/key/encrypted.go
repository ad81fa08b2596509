package key

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"sync"
)

// A password is what the encrypted keys of one source are read with. The nil
// password reads none.
type password struct {
	ask func() ([]byte, error) // once
	err error                  // ends the reading, whatever else there is
}

// get asks for the password. There is none if there is nobody to ask, or if it was
// wrong: the keys of one file may each take seconds to say so.
func (p *password) get() ([]byte, bool) {
	if p == nil || p.ask == nil || p.err != nil {
		return nil, false
	}
	text, err := p.ask()
	if err != nil {
		p.err = err
	}
	return text, err == nil && text != nil
}

// wrong ends the reading: whoever gave the password meant this key.
func (p *password) wrong() error {
	p.err = ErrPassword
	return errEncrypted
}

// ErrPassword says that a password does not decrypt what it was given for. Whether
// it is the password that is wrong or the file that is damaged cannot be told.
var ErrPassword = errors.New("the password is wrong, or the key is damaged")

// ParseEncrypted is [Parse] for keys that may be encrypted. The password is asked
// for when the first of them comes, and never again; nil bytes are for none, and
// then these keys stay unusable. Besides the errors of Parse there are those of
// ask, as they are, and [ErrPassword].
func ParseEncrypted(data []byte, ask func() ([]byte, error)) (Set, error) {
	secret := &password{}
	if ask != nil {
		secret.ask = sync.OnceValues(ask)
	}
	set, err := parse(data, secret)
	if secret.err != nil {
		return Set{}, secret.err
	}
	return set, err
}

var (
	errBroken    = unfitError{errors.New("is broken: it is not what its label says")}
	errEncrypted = unfitError{errors.New("is encrypted with a password")}
	errOldScheme = unfitError{errors.New("is encrypted in a way that is not supported")}
)

// decryptLegacy is what a PEM block holds that is encrypted by its own headers, as
// OpenSSL did before PKCS#8.
func decryptLegacy(block *pem.Block, secret *password) ([]byte, error) {
	text, ok := secret.get()
	if !ok {
		return nil, errEncrypted
	}
	//lint:ignore SA1019 only to read what there is: it has one MD5 for a key derivation, and no integrity
	plain, err := x509.DecryptPEMBlock(block, text) //nolint:staticcheck // the same for golangci-lint
	switch {
	case err == nil && isOneSequence(plain):
		return plain, nil
	case err == nil || errors.Is(err, x509.IncorrectPasswordError):
		return nil, secret.wrong()
	}
	return nil, errOldScheme // a cipher of its own
}
