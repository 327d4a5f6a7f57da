require 'jwt'
require 'securerandom'

KEY = OpenSSL::PKey.read(File.read(ENV.fetch('SIGNER_KEY_FILE')))

def token_for(user)
  now = Time.now.to_i
  claims = {
    iss: ENV.fetch('SIGNER_ID'), aud: ENV.fetch('EDGE'), sub: user,
    iat: now, exp: now + 120, jti: SecureRandom.uuid
  }
  JWT.encode(claims, KEY, 'ES256', { kid: ENV.fetch('SIGNER_KEY_ID') })
end

puts token_for(ARGV.fetch(0))
