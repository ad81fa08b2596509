package key

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"encoding/pem"
	"os"
	"testing"
)

// TestBcryptPBKDF: what is derived for a key that ssh-keygen encrypted is known, and
// that it is right is shown by decrypting it.
func TestBcryptPBKDF(t *testing.T) {
	data, err := os.ReadFile("../../testdata/keys/ed25519.openssh.3-rounds.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	r := sshReader{rest: bytes.TrimPrefix(block.Bytes, []byte("openssh-key-v1\x00"))}
	r.text() // the cipher
	r.text() // the key derivation
	options := sshReader{rest: r.text()}
	salt, rounds := options.text(), options.uint32()
	r.uint32() // one key
	public, private := r.text(), r.text()
	if !r.done() || !options.done() || rounds != 3 {
		t.Fatalf("it has %d rounds, and %d bytes of salt", rounds, len(salt))
	}

	const known = "3c469b95f9228e7a0bc1b591e491676a15ac21e61dcc8ae1f8160059ebeb64b31651dd6198fbb38e1e5f582e11a0d854"
	derived := bcryptPBKDF([]byte("test"), salt, int(rounds), 32+aes.BlockSize)
	if hex.EncodeToString(derived) != known {
		t.Errorf("derived %x, not %s", derived, known)
	}
	decrypter, err := aes.NewCipher(derived[:32])
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCTR(decrypter, derived[32:]).XORKeyStream(private, private)
	if !bytes.Equal(private[:4], private[4:8]) || !bytes.HasPrefix(private[8:], public) {
		t.Errorf("it is decrypted to %q", private[:8+len(public)])
	}

	// What is derived depends on how much: the blocks are spread over it.
	if got := bcryptPBKDF([]byte("test"), salt, int(rounds), 32); len(got) != 32 || bytes.HasPrefix(derived, got) {
		t.Errorf("of 32 bytes it is %x", got)
	}
}
