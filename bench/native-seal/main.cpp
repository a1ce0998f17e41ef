// Microsoft SEAL as a native library, doing what bench/src/compute/node-seal.ts and addition.ts do in Node.
// Prints medians in milliseconds as JSON.
#include <openssl/sha.h>
#include <seal/seal.h>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace seal;
using Clock = std::chrono::steady_clock;

template <typename F> double medianMs(int rounds, F run) {
  std::vector<double> sample;
  for (int round = 0; round < rounds; round++) {
    auto start = Clock::now();
    run();
    sample.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(sample.begin(), sample.end());
  return sample[sample.size() / 2];
}

int main(int argc, char **argv) {
  const std::size_t count = 10000, degree = 8192;
  const int rounds = argc > 1 ? std::stoi(argv[1]) : 101;
  EncryptionParameters parameters(scheme_type::bfv);
  parameters.set_poly_modulus_degree(degree);
  parameters.set_coeff_modulus({ 0x7fffffd8001, 0x7fffffc8001, 0xfffffffc001, 0xffffff6c001, 0xfffffebc001 });
  parameters.set_plain_modulus(1099511480321);
  SEALContext context(parameters, true, sec_level_type::tc128);
  KeyGenerator generator(context);
  PublicKey publicKey;
  generator.create_public_key(publicKey);
  Encryptor encryptor(context, publicKey);
  Evaluator evaluator(context);
  Decryptor decryptor(context, generator.secret_key());
  BatchEncoder encoder(context);

  auto encryptOne = [&](const std::vector<std::uint64_t> &slots) {
    Plaintext plaintext;
    Ciphertext ciphertext;
    encoder.encode(slots, plaintext);
    encryptor.encrypt(plaintext, ciphertext);
    return ciphertext;
  };
  auto saved = [](const Ciphertext &ciphertext) {
    std::vector<seal_byte> bytes(static_cast<std::size_t>(ciphertext.save_size(compr_mode_type::none)));
    ciphertext.save(bytes.data(), bytes.size(), compr_mode_type::none);
    return bytes;
  };
  // A vector of 10,000 values takes two ciphertexts of 8192 slots.
  std::vector<std::vector<seal_byte>> left, right;
  for (std::size_t start = 0; start < count; start += degree) {
    std::vector<std::uint64_t> slots(degree, 0);
    for (std::size_t i = 0; i < std::min(degree, count - start); i++) slots[i] = start + i;
    left.push_back(saved(encryptOne(slots)));
    right.push_back(saved(encryptOne(slots)));
  }
  auto loaded = [&](const std::vector<seal_byte> &bytes) {
    Ciphertext ciphertext;
    ciphertext.load(context, bytes.data(), bytes.size());
    return ciphertext;
  };
  std::vector<std::vector<seal_byte>> sums(left.size());
  double add = medianMs(rounds, [&] {
    for (std::size_t i = 0; i < left.size(); i++) {
      Ciphertext total = loaded(left[i]);
      evaluator.add_inplace(total, loaded(right[i]));
    }
  });
  double addAndSave = medianMs(rounds, [&] {
    for (std::size_t i = 0; i < left.size(); i++) {
      Ciphertext total = loaded(left[i]);
      evaluator.add_inplace(total, loaded(right[i]));
      sums[i] = saved(total);
    }
  });
  // Sums of several ciphertexts given as bytes: the result saved, and then hashed as well.
  std::vector<std::vector<seal_byte>> inputs;
  for (std::uint64_t i = 0; i < 64; i++) inputs.push_back(saved(encryptOne(std::vector<std::uint64_t>(degree, i))));
  auto sumOf = [&](std::size_t number) {
    Ciphertext total = loaded(inputs[0]);
    for (std::size_t i = 1; i < number; i++) evaluator.add_inplace(total, loaded(inputs[i]));
    return saved(total);
  };
  std::string sumTimes;
  for (std::size_t number : { 2, 8, 64 }) {
    unsigned char hash[SHA256_DIGEST_LENGTH];
    double sum = medianMs(rounds, [&] { sumOf(number); });
    double sumAndHash = medianMs(rounds, [&] {
      auto bytes = sumOf(number);
      SHA256(reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size(), hash);
    });
    std::ostringstream one;
    one << (sumTimes.empty() ? "" : ",") << "{\"inputs\":" << number << ",\"sumMs\":" << sum
        << ",\"sumAndHashMs\":" << sumAndHash << "}";
    sumTimes += one.str();
  }
  std::vector<std::uint64_t> slots(degree, 7);
  double encrypt = medianMs(rounds, [&] { saved(encryptOne(slots)); });
  double open = medianMs(rounds, [&] {
    Plaintext plaintext;
    std::vector<std::uint64_t> values;
    decryptor.decrypt(loaded(sums[0]), plaintext);
    encoder.decode(plaintext, values);
  });
  Plaintext plaintext;
  std::vector<std::uint64_t> values;
  decryptor.decrypt(loaded(sums[0]), plaintext);
  encoder.decode(plaintext, values);
  if (values[1234] != 2468) {
    std::cerr << "wrong sum\n";
    return 1;
  }
  std::cout << "{\"library\":\"Microsoft SEAL " << SEAL_VERSION << "\",\"addWithLoadMs\":" << add
            << ",\"addWithLoadAndSaveMs\":" << addAndSave << ",\"encryptMs\":" << encrypt << ",\"openMs\":" << open
            << ",\"sums\":[" << sumTimes << "]}\n";
}
